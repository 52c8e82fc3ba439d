package dev.parley.database;

/** The time for a statement was over before a connection was free: says nothing of the database. */
sealed class PoolBusy extends RuntimeException permits TooLate {
    private static final long serialVersionUID = 1L;

    PoolBusy() {
        super("no connection was free in time", null, false, false);
    }
}
