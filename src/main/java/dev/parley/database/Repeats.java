package dev.parley.database;

import io.smallrye.faulttolerance.api.Guard;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;

/** The guards of statements beside the breaker: how they are repeated, and how many of them run at a time. */
final class Repeats {
    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 500;
    /** Who has less time is not repeated, but must not be refused for it either: a pause has to fit in. */
    private static final long SHORTEST_MILLIS = 100;

    private static final int UNLIMITED = -1;

    private Repeats() {}

    /** Tries again what a transient fault ended, until the time is over; not while the breaker says that it is in vain. */
    static Guard within(Duration limit) {
        long most = Math.max(SHORTEST_MILLIS, limit.toMillis());
        return Guard.create()
                .withDescription("statements within " + limit)
                .withRetry()
                .maxRetries(UNLIMITED)
                .maxDuration(most, ChronoUnit.MILLIS)
                .delay(FIRST_PAUSE_MILLIS, ChronoUnit.MILLIS)
                .jitter(FIRST_PAUSE_MILLIS, ChronoUnit.MILLIS)
                .whenException(Repeats::isWorthIt)
                .withExponentialBackoff()
                .maxDelay(Math.min(LONGEST_PAUSE_MILLIS, most / 2), ChronoUnit.MILLIS)
                .done()
                .done()
                .build();
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
