package dev.parley.database;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The server as its lock file {@code postmaster.pid} describes it: line 1 is the process, line 4 the port, line 8 the
 * state. The file outlives a server that was killed.
 */
record Postmaster(long pid, int port, String state) {
    private static final int LINES = 8;
    private static final int CONNECT_MILLIS = 1000;

    /** Empty if there is none, or if it is being written. */
    static Optional<Postmaster> of(Path dataDirectory) {
        try {
            List<String> lines = Files.readAllLines(dataDirectory.resolve("postmaster.pid"));
            if (lines.size() < LINES) {
                return Optional.empty();
            }
            return Optional.of(new Postmaster(
                    Long.parseLong(lines.get(0).strip()),
                    Integer.parseInt(lines.get(3).strip()),
                    lines.get(7).strip()));
        } catch (IOException | NumberFormatException _) {
            return Optional.empty();
        }
    }

    boolean isAlive() {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    /** Whether it takes connections. A process that only happens to have the number of a dead server does not. */
    boolean isServing() {
        if (!state.equals("ready") || !isAlive()) {
            return false;
        }
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** Whether it is on its way up or down, and to be waited for. */
    boolean isInTransition() {
        return !state.equals("ready") && isAlive();
    }
}
