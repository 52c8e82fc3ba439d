package dev.parley.database;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What the server said about how it keeps commits, in our own sessions.
 *
 * @param readOnly a standby, or a server told to take no writes
 */
record Durability(String fsync, String fullPageWrites, String synchronousCommit, boolean readOnly) {
    private static final String ON = "on";
    /** Both wait at least for the server's own disk. */
    private static final Set<String> DURABLE_COMMITS = Set.of(ON, "remote_apply");

    /** What an acknowledged message could be lost by, or why none could be stored; empty if all is well. */
    List<String> faults() {
        var faults = new ArrayList<String>();
        if (!fsync.equals(ON)) {
            faults.add("fsync is " + fsync + ", so a power loss destroys committed messages");
        }
        if (!fullPageWrites.equals(ON)) {
            faults.add("full_page_writes is " + fullPageWrites + ", so a power loss can tear pages apart");
        }
        if (!DURABLE_COMMITS.contains(synchronousCommit)) {
            faults.add("synchronous_commit is " + synchronousCommit
                    + " in our sessions, so a crash loses acknowledged messages");
        }
        if (readOnly) {
            faults.add("the server is read-only (a standby, or default_transaction_read_only)");
        }
        return faults;
    }
}
