package dev.parley.database;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/**
 * What one {@link EmbeddedPostgres} launches, known by a random word that stands in the command line of the server and of all
 * by which it is launched, before it has a file by which it is known.
 */
record Launch(UUID word) {
    private static final Duration GENTLY = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(20);

    Launch() {
        this(UUID.randomUUID());
    }

    /** A setting of the server, of no meaning to it. */
    String setting() {
        return "parley.launch=" + word;
    }

    /**
     * Ends whatever was told the word: returns when two looks in a row have found nobody, since one that is just becoming
     * another program tells nobody what it was told, or after two seconds. Gently at first: a server that is writing its
     * first file would leave half of it.
     */
    void end() {
        boolean interrupted = Thread.interrupted(); // nobody pauses who is
        long began = System.nanoTime();
        for (int quiet = 0; quiet < 2 && System.nanoTime() - began < LIMIT.toNanos(); ) {
            var told = told();
            told.forEach(
                    System.nanoTime() - began < GENTLY.toNanos()
                            ? ProcessHandle::destroy
                            : ProcessHandle::destroyForcibly);
            quiet = told.isEmpty() ? quiet + 1 : 0;
            if (quiet < 2) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private List<ProcessHandle> told() {
        return ProcessHandle.allProcesses().filter(this::wasTold).toList();
    }

    private boolean wasTold(ProcessHandle process) {
        try {
            return ServerProcesses.commandLine(process).stream().anyMatch(one -> one.contains(setting()));
        } catch (IOException _) {
            return false;
        }
    }
}
