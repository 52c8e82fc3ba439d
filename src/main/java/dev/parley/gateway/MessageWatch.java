package dev.parley.gateway;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Sees to it that a message which has begun is there in time. At most one timer per connection, and none while messages
 * come whole. Confined to the event loop.
 */
final class MessageWatch {
    private final EventExecutor loop;
    private final long limit;
    private final BooleanSupplier paused;
    private final Runnable late;
    private boolean watching;
    /** When the message began that is under way, by {@link System#nanoTime()}; 0 if none is. */
    private long began;

    /**
     * @param paused whether we are not listening: such time is not the peer's
     * @param late what is done when a message is not there in time
     */
    MessageWatch(EventExecutor loop, long limit, BooleanSupplier paused, Runnable late) {
        this.loop = loop;
        this.limit = limit;
        this.paused = paused;
        this.late = late;
    }

    /** What was read at {@code now} ends in the middle of a message. */
    void underWay(long now) {
        if (began == 0) {
            began = now;
        }
        if (!watching) {
            dueIn(limit);
        }
    }

    /** None is under way any more, or none matters. */
    void over() {
        began = 0;
    }

    /** A pause has ended. It was ours, so its time is not the peer's. */
    void goOn() {
        if (began != 0) {
            began = System.nanoTime();
        }
    }

    private void dueIn(long nanos) {
        watching = true;
        var _ = loop.schedule(this::due, nanos, TimeUnit.NANOSECONDS);
    }

    private void due() {
        watching = false;
        if (began == 0) {
            return;
        }
        long left = paused.getAsBoolean() ? limit : limit - (System.nanoTime() - began);
        if (left <= 0) {
            late.run();
        } else {
            dueIn(left);
        }
    }
}
