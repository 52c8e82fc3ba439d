package dev.parley.database;

import io.vertx.core.VertxException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.pgclient.PgException;
import org.eclipse.microprofile.faulttolerance.exceptions.BulkheadException;

/** Tells faults that pass from faults that stay. */
public final class Transience {
    private Transience() {}

    /**
     * Whether the same statement may well succeed later. What PostgreSQL did not answer at all counts as such
     * (connection lost or refused, no answer in time, no room in the pool), and so do the SQLSTATE classes 08
     * (connection), 25 (read-only), 40 (serialization, deadlock), 53 (resources), 55 (lock not available), 57
     * (shutdown, cancelled) and 58 (system error).
     */
    public static boolean isTransient(Throwable fault) {
        if (!(fault instanceof PgException answered)) {
            return !(fault instanceof IllegalArgumentException || fault instanceof ClassCastException);
        }
        return switch (classOf(answered)) {
            case "", "08", "25", "40", "53", "55", "57", "58" -> true;
            default -> false;
        };
    }

    /**
     * Whether it means that the database as a whole is not there: no link, no answer, no room for one more connection
     * (53300), or a server that goes down or comes up (57P01 to 57P03). Not: a statement that was cancelled, a lock that
     * was not had, a pool or a bulkhead of ours that is full.
     */
    static boolean isAway(Throwable fault) {
        if (fault instanceof PgException answered) {
            var state = answered.getSqlState();
            return state == null || state.startsWith("08") || state.startsWith("57P") || state.equals("53300");
        }
        return isTransient(fault) && !isOurPool(fault);
    }

    /** Whether it was a pool or a bulkhead of ours that had no room: the database was not asked. */
    static boolean isOurPool(Throwable fault) {
        return fault instanceof PoolBusy
                || fault instanceof ConnectionPoolTooBusyException
                || fault instanceof BulkheadException
                // What the pool says when nobody gave a connection back in time.
                || (fault instanceof VertxException
                        && String.valueOf(fault.getMessage()).startsWith("Timeout"));
    }

    /**
     * Whether it was a server that only reads (25006): after a failover behind one address, connections that were open still
     * lead to the one that was the primary.
     */
    static boolean isOfReader(Throwable fault) {
        return fault instanceof PgException answered && "25006".equals(answered.getSqlState());
    }

    private static String classOf(PgException answered) {
        var state = answered.getSqlState();
        return state == null ? "" : state.substring(0, Math.min(2, state.length()));
    }
}
