package dev.parley.process;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.testing.ParleyProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What a server takes of the machine, as the kernel sees it. */
final class Footprint {
    /** Heap of the servers that are measured. All of it is resident from the start: what comes on top is outside. */
    private static final String HEAP = "160m";

    private static final long KIB = 1024;
    private static final long MIB = KIB * KIB;

    private Footprint() {}

    /**
     * A server whose heap is bounded and resident from the start: what its heap cannot hold ends it, and what it holds
     * outside shows at once.
     */
    static Map<String, String> bounded() {
        return Map.of(
                "JAVA_TOOL_OPTIONS",
                "-Xms%1$s -Xmx%1$s -XX:+AlwaysPreTouch -XX:MaxDirectMemorySize=128m -XX:+ExitOnOutOfMemoryError"
                        .formatted(HEAP),
                // Leaves most of so small a heap to what is measured.
                "PARLEY_LOG_TAIL_BYTES",
                "16777216");
    }

    /** Files and sockets that it has open. */
    static long files(ParleyProcess server) {
        try (var open = Files.list(Path.of("/proc", Long.toString(server.pid()), "fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Resident memory in MiB. */
    static long resident(ParleyProcess server) {
        return status(server, "VmRSS:") / MIB;
    }

    /** The most that was ever resident, in MiB. */
    static long peak(ParleyProcess server) {
        return status(server, "VmHWM:") / MIB;
    }

    private static long status(ParleyProcess server, String field) {
        try {
            var status = Path.of("/proc", Long.toString(server.pid()), "status");
            return Files.readAllLines(status, US_ASCII).stream()
                    .filter(line -> line.startsWith(field))
                    .mapToLong(line -> KIB * Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
