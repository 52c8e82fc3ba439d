package dev.parley.database;

import io.vertx.pgclient.PgException;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;

/** The database was not reached, did not answer in time, or could not for now: the statement may have happened or not. */
public final class Interrupted extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    public Interrupted(Throwable cause) {
        super(String.valueOf(cause.getMessage()), cause);
    }

    /** Whether a lock was not had in time (SQLSTATE 55P03): then nothing was written, and only what it locks is concerned. */
    public boolean isByLock() {
        return getCause() instanceof PgException answered && LOCK_NOT_AVAILABLE.equals(answered.getSqlState());
    }

    /** Whether the database was known to be away, so that nothing was asked of it. */
    public boolean isByBreaker() {
        return getCause() instanceof CircuitBreakerOpenException;
    }
}
