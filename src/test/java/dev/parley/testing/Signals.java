package dev.parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Signals that Java has no method for. */
public final class Signals {
    private Signals() {}

    /** Sends it, and fails if it could not to a process that lives. */
    public static void send(String name, ProcessHandle process) {
        try {
            // The shell's own kill: not every machine has a program of that name.
            var kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                    .redirectErrorStream(true)
                    .start();
            if (kill.waitFor() != 0 && process.isAlive()) {
                throw new AssertionError("no " + name + " for " + process);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
