package dev.parley.database;

/**
 * The pool at one moment.
 *
 * @param max connections at most
 * @param open connections there are
 * @param inUse connections that somebody holds
 * @param waiting requests for a connection that have to wait, for one or for their turn to ask
 */
public record PoolUse(int max, int open, int inUse, int waiting) {
    private static final int PERCENT = 100;

    public int idle() {
        return Math.max(0, open - inUse);
    }

    /** Of what there may be, not of what is open. */
    public int usagePercent() {
        return inUse * PERCENT / max;
    }

    /** The same, but all of it if somebody waits though all connections are open: who waits would take more if there were more. */
    int demandPercent() {
        return waiting > 0 && open >= max ? PERCENT : usagePercent();
    }
}
