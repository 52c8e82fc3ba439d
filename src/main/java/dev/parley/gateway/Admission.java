package dev.parley.gateway;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets in a few connections at once, the others in turn. When a crowd comes back in one moment, questions that were all
 * asked at once would be answered too late, and asked again: a node with much to do would get nothing done. Thread-safe.
 */
@Singleton
class Admission {
    private final int atOnce;
    private final Duration limit;
    private final SequencedMap<Connection, Promise<Void>> waiting = new LinkedHashMap<>();
    private int inside;
    private boolean refusing;

    Admission(ConnectionConfig config, MeterRegistry metrics) {
        this.atOnce = config.admittedAtOnce();
        this.limit = config.commandLimit();
        Gauge.builder("parley.admission.waiting", this, Admission::waiting)
                .description("Connections that wait for their hello to be answered")
                .register(metrics);
    }

    /**
     * Completes the turn when it is there, on whichever thread: then it is to be given back. Fails it if nobody is let in
     * any more.
     */
    void enter(Connection connection, Promise<Void> turn) {
        boolean refused;
        synchronized (this) {
            refused = refusing;
            if (!refused && inside >= atOnce) {
                waiting.put(connection, turn);
                return;
            }
            inside += refused ? 0 : 1;
        }
        if (refused) {
            refuse(turn);
        } else {
            turn.complete();
        }
    }

    /** Takes a turn if one is free. */
    synchronized boolean enterIfFree() {
        if (inside >= atOnce) {
            return false;
        }
        inside++;
        return true;
    }

    /** Takes back what waits of this connection. */
    void withdraw(Connection connection) {
        var turn = forget(connection);
        if (turn != null) {
            refuse(turn);
        }
    }

    /** Lets nobody in any more, nor those who wait. */
    void refuse() {
        List<Promise<Void>> all;
        synchronized (this) {
            refusing = true;
            all = List.copyOf(waiting.values());
            waiting.clear();
        }
        all.forEach(Admission::refuse);
    }

    /** Takes {@link #refuse()} back. */
    synchronized void admit() {
        refusing = false;
    }

    /** Gives a turn back when that is over, or has lasted too long: who is never answered must not hold it for ever. */
    void leaveAfter(Future<?> visit) {
        var _ = visit.timeout(limit.toMillis(), TimeUnit.MILLISECONDS).transform(_ -> {
            leave();
            return Future.succeededFuture();
        });
    }

    /** Has a turn last until that is over, too. */
    void stayUntil(Future<?> end) {
        synchronized (this) {
            inside++;
        }
        leaveAfter(end);
    }

    /** Gives a turn back. */
    void leave() {
        var next = next();
        if (next != null) {
            next.complete();
        }
    }

    private synchronized @Nullable Promise<Void> next() {
        if (inside > atOnce || waiting.isEmpty()) {
            inside--;
            return null;
        }
        return waiting.pollFirstEntry().getValue();
    }

    private synchronized @Nullable Promise<Void> forget(Connection connection) {
        return waiting.remove(connection);
    }

    private synchronized int waiting() {
        return waiting.size();
    }

    private static void refuse(Promise<Void> turn) {
        turn.fail("not let in");
    }
}
