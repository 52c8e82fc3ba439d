package dev.parley.database;

import dev.parley.problem.FaultLog;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at something of which one hears that it has changed. Never twice at a time: whoever asks while a look is under way
 * is answered by one more, which begins when that one has ended, and which all share who ask meanwhile. Thread-safe.
 */
public final class FreshRead {
    private final String where;
    private final FaultLog faults;
    private final Supplier<? extends Future<?>> look;
    private Future<?> underWay = Future.succeededFuture();
    private @Nullable Future<?> next;

    /**
     * @param where the task that looks now and then, too: names what fails in the log and the metrics of faults
     * @param look whose future ends within bounded time, as those of {@link Statements} do
     */
    public FreshRead(String where, FaultLog faults, Supplier<? extends Future<?>> look) {
        this.where = where;
        this.faults = faults;
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
        Promise<Object> soon = Promise.promise();
        next = soon.future(); // before who forgets it can be called, which may be here and now
        var _ = underWay.onComplete(_ -> begin().<Object>mapEmpty().onComplete(soon));
        return soon.future();
    }

    /** The same for who does not wait. */
    public void soon() {
        DatabaseWork.unawaited(where, now(), faults);
    }

    private synchronized Future<?> begin() {
        next = null;
        try {
            underWay = look.get();
        } catch (RuntimeException fault) {
            underWay = Future.failedFuture(fault);
        }
        return underWay;
    }
}
