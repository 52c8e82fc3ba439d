package dev.parley.gateway;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets in a few connections at once, the others in turn. When a crowd comes back in one moment, all of whose questions
 * were asked at once would be answered too late, and asked again: a node with much to do would get nothing done. Thread-safe.
 */
@Singleton
class Admission {
    private final int atOnce;
    private final Duration limit;
    private final ArrayDeque<Promise<Void>> waiting = new ArrayDeque<>();
    private int inside;

    Admission(ConnectionConfig config, MeterRegistry metrics) {
        this.atOnce = config.admittedAtOnce();
        this.limit = config.commandLimit();
        Gauge.builder("parley.admission.waiting", this, Admission::waiting)
                .description("Connections that wait to be let in, or to have their rooms opened again")
                .register(metrics);
    }

    /** Completes the turn when it is there, on whichever thread; each is to be given back by {@link #leave()}. */
    void enter(Promise<Void> turn) {
        synchronized (this) {
            if (inside == atOnce) {
                waiting.add(turn);
                return;
            }
            inside++;
        }
        turn.complete();
    }

    /** Gives a turn back when that is over, or has lasted too long: who is never answered must not hold it for ever. */
    void leaveAfter(Future<?> visit) {
        var _ = visit.timeout(limit.toMillis(), TimeUnit.MILLISECONDS).onComplete(_ -> leave());
    }

    /** Gives a turn back. */
    void leave() {
        var next = next();
        if (next != null) {
            next.complete();
        }
    }

    private synchronized @Nullable Promise<Void> next() {
        var next = waiting.poll();
        if (next == null) {
            inside--;
        }
        return next;
    }

    private synchronized int waiting() {
        return waiting.size();
    }
}
