package dev.parley.database;

import io.smallrye.faulttolerance.api.Guard;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;

/** How statements beside the commits are repeated, and how many of them run at a time. */
final class Repeats {
    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 500;

    private Repeats() {}

    /**
     * Tries again what a transient fault ended, after pauses that grow, unless a pause would last until it is too late; not
     * while the breaker says that it is in vain. Not by SmallRye Fault Tolerance, whose loop for it (6.10, {@code FutureLoop})
     * loses an answer that another thread brings in the moment in which it begins.
     *
     * @param latest when it is too late, by {@link System#nanoTime()}
     */
    static <T> Future<T> until(long latest, Vertx vertx, Supplier<Future<T>> attempt) {
        return until(latest, vertx, attempt, FIRST_PAUSE_MILLIS);
    }

    private static <T> Future<T> until(long latest, Vertx vertx, Supplier<Future<T>> attempt, long longestPause) {
        return attempt.get().recover(fault -> {
            // Those whom one fault has ended do not come back as a crowd.
            long pause = ThreadLocalRandom.current().nextLong(longestPause / 2, longestPause);
            if (!isWorthIt(fault) || System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause) - latest > 0) {
                return Future.failedFuture(fault);
            }
            return vertx.timer(pause, TimeUnit.MILLISECONDS)
                    .flatMap(_ -> until(latest, vertx, attempt, Math.min(2 * longestPause, LONGEST_PAUSE_MILLIS)));
        });
    }

    /** What reads and small writes may take of the pool; the rest is the commits'. */
    static Guard bulkhead(DatabaseConfig.PoolLimits pool) {
        return Guard.create()
                .withDescription("statements beside the commits")
                .withBulkhead()
                .limit(Math.max(1, pool.max() - pool.reserved()))
                .queueSize(pool.maxWaiting())
                .done()
                .build();
    }

    private static boolean isWorthIt(Throwable fault) {
        return fault instanceof Interrupted
                && !(fault.getCause() instanceof CircuitBreakerOpenException || fault.getCause() instanceof TooLate);
    }
}
