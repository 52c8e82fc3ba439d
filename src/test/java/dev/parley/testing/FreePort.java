package dev.parley.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for servers that may be stopped and started again on them. */
final class FreePort {
    /** Below those that the kernel gives to outgoing connections: one of these would take it while the server is away. */
    private static final int LOWEST = 12_000;

    private static final int HIGHEST = 32_000;
    private static final int TRIES = 100;
    /** Two servers of one test, or the two ports of one, must not be given the same before they listen. */
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePort() {}

    static int any() throws IOException {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                if (GIVEN.add(port)) {
                    return port;
                }
            } catch (IOException _) {
                // taken
            }
        }
        throw new IOException("no port is free");
    }
}
