package dev.parley.gateway;

import io.netty.channel.EventLoop;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The answers of features that a connection's commands wait for, each for a limited time only: a feature that never
 * answers must not hold a command for ever. No timer for each, {@link #giveUp} is called now and then. Confined to the
 * connection's event loop.
 */
final class Awaited {
    private final EventLoop loop;
    /** The oldest first. */
    private final Set<Waiting<?>> open = new LinkedHashSet<>();
    /** Told when the messages behind the one that is served need not wait for it any more. */
    private @Nullable Promise<Void> holding;

    Awaited(EventLoop loop) {
        this.loop = loop;
    }

    /** Nobody answered in time. */
    static final class Unanswered extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unanswered(Duration limit) {
            super("not answered within " + limit, null, false, false); // where it was noticed tells nothing
        }
    }

    /**
     * A future of the same outcome that ends on the loop: in a turn of its own even if it is known here and now, or it
     * would overtake those that are on their way from other threads. What its continuations throw is for {@code map},
     * {@code flatMap} and {@code transform} to catch; Vert.x would let it fall in any other.
     *
     * @param late is given an answer that comes after it was given up
     */
    <T> Future<T> here(Future<T> elsewhere, Consumer<T> late) {
        var waiting = new Waiting<T>(late);
        open.add(waiting);
        elsewhere.onComplete(outcome -> loop.execute(() -> {
            open.remove(waiting);
            waiting.end(outcome);
        }));
        return waiting.here.future();
    }

    /**
     * Ends when that has ended, whatever its outcome, or at {@link #release}. What came after a command waits for it, the close
     * of its socket too, and that must not outlast a stop: afterwards nothing is there to serve it.
     */
    Future<Void> untilReleased(Future<?> served) {
        Promise<Void> until = Promise.promise();
        holding = until;
        served.onComplete(_ -> {
            holding = null; // an idle connection keeps nothing of it
            until.tryComplete();
        });
        return until.future();
    }

    /** The connection has ended: nobody waits for an answer. */
    void release() {
        var until = holding;
        if (until != null) {
            until.tryComplete();
        }
    }

    /** Fails what has waited for so long. */
    void giveUp(Duration limit) {
        long now = System.nanoTime();
        var due = new ArrayList<Waiting<?>>(0);
        for (var waiting : open) {
            if (now - waiting.since < limit.toNanos()) {
                break;
            }
            due.add(waiting);
        }
        due.forEach(open::remove);
        due.forEach(waiting -> waiting.here.tryFail(new Unanswered(limit)));
    }

    private static final class Waiting<T> {
        private final long since = System.nanoTime();
        private final Promise<T> here = Promise.promise();
        private final Consumer<T> late;

        Waiting(Consumer<T> late) {
            this.late = late;
        }

        void end(AsyncResult<T> outcome) {
            if (outcome.failed()) {
                here.tryFail(outcome.cause());
            } else if (!here.tryComplete(outcome.result())) {
                late.accept(outcome.result());
            }
        }
    }
}
