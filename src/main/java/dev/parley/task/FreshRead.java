package dev.parley.task;

import io.vertx.core.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at something of which one hears that it has changed. Never twice at a time: whoever asks while a look is under way
 * is answered by one more, which begins when that one has ended, and which all share who ask meanwhile. Thread-safe.
 */
public final class FreshRead {
    private final Supplier<? extends Future<?>> look;
    private Future<?> underWay = Future.succeededFuture();
    private @Nullable Future<?> next;

    /** @param look whose future ends within bounded time */
    public FreshRead(Supplier<? extends Future<?>> look) {
        this.look = look;
    }

    /** Ends, as the look does, with one that began after this call. */
    public synchronized Future<?> now() {
        if (next != null) {
            return next;
        }
        if (underWay.isComplete()) {
            return begin();
        }
        next = underWay.<Object>transform(_ -> begin().mapEmpty());
        return next;
    }

    private synchronized Future<?> begin() {
        next = null;
        underWay = look.get();
        return underWay;
    }
}
