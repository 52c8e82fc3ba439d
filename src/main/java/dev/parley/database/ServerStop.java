package dev.parley.database;

import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Ends the embedded server: in order if there is time, at once if not, and by force if it does not even do that, frozen as
 * it may be. Whichever it was, what was committed is there at the next start. Thread-safe: who is in a hurry need not wait
 * for another's stop.
 */
final class ServerStop {
    private static final Logger LOG = Logger.getLogger(ServerStop.class);
    /** For an end without a checkpoint. */
    private static final Duration AT_ONCE = Duration.ofMillis(500);
    /** A server that has nothing to do needs no more to stop in order. */
    private static final Duration LEAST = Duration.ofMillis(500);

    private final DataDirectory directory;
    private final PostgresBinaries binaries;
    private final ServerAccount account;
    private final ServerProcesses processes;
    private final Launch launch;

    ServerStop(DataDirectory directory, PostgresBinaries binaries, ServerAccount account, Launch launch) {
        this.directory = directory;
        this.binaries = binaries;
        this.account = account;
        this.processes = new ServerProcesses(directory.data());
        this.launch = launch;
    }

    /**
     * Within the limit, and a moment more to look for what was just being launched; connections that are still open are cut.
     */
    void inOrder(Duration limit) {
        var gently = limit.minus(AT_ONCE);
        gently = gently.compareTo(LEAST) < 0 ? LEAST : gently;
        if (ends("fast", gently)) {
            launch.end();
        } else {
            LOG.warnf(
                    "The embedded PostgreSQL did not stop within %d ms and is ended: nothing acknowledged is lost, its next"
                            + " start recovers it",
                    gently.toMillis());
            atOnce();
        }
    }

    /** Without a last checkpoint, and for a moment only. */
    void atOnce() {
        if (!ends("immediate", AT_ONCE)) {
            int _ = processes.kill();
        }
        // pg_ctl may have forked after it was told to end.
        launch.end();
    }

    private boolean ends(String mode, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        if (!processes.mayLive()) {
            return true;
        }
        // Whether it has ended is asked of the machine: pg_ctl counts in seconds.
        var _ = account.run(
                limit,
                List.of(
                        binaries.program("pg_ctl"),
                        "stop",
                        "--pgdata=" + directory.data(),
                        "--mode=" + mode,
                        "--no-wait"));
        return processes.awaitGone(Duration.ofNanos(end - System.nanoTime()));
    }
}
