package dev.parley.database;

import io.vertx.pgclient.PgException;

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
        var state = answered.getSqlState();
        return state == null
                || switch (state.substring(0, Math.min(2, state.length()))) {
                    case "08", "25", "40", "53", "55", "57", "58" -> true;
                    default -> false;
                };
    }
}
