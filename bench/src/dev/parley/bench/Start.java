package dev.parley.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.function.ToDoubleFunction;

/**
 * S5: from the start of the process to the first answer on a WebSocket and to readiness, and what the process has used at
 * rest. The database is there already, as in production. The variants take turns.
 */
final class Start {
    private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath();
    private static final Duration REST = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final double TICKS_PER_SECOND = 100;
    private static final String UPGRADE = "GET /chat HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Key: MDAwMDAwMDAwMDAwMDAwMA==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    private static final String READY =
            "GET /q/health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    private static final String UNKNOWN = "{\"type\":\"nonsense\"}";

    private Start() {}

    /** @param cpu seconds, until the end of the rest */
    private record Figures(double answerMs, double readyMs, double cpu, double rssMb) {}

    public static void main(String[] arguments) throws Exception {
        int rounds = 5;
        var java = List.<String>of();
        for (var argument : arguments) {
            var value = argument.substring(argument.indexOf('=') + 1);
            switch (argument.substring(0, argument.length() - value.length())) {
                case "--runs=" -> rounds = Integer.parseInt(value);
                case "--server-java=" -> java = List.of(value.split(" "));
                default -> throw new IllegalArgumentException(argument + " is no option of ours");
            }
        }
        var directory = Files.createTempDirectory("parley-start-");
        try (var host = ParleyPeer.Host.start(JAR, directory)) {
            var url = host.database().url("parley");
            var cache = directory.resolve("parley.aot");
            measure(directory, url, with(java, "-XX:AOTCacheOutput=" + cache));
            var variants = new LinkedHashMap<String, List<String>>();
            variants.put("jar", java);
            variants.put("jar with AOT cache", with(java, "-XX:AOTCache=" + cache));
            var figures = new LinkedHashMap<String, List<Figures>>();
            for (int round = 0; round < rounds; round++) {
                for (var variant : variants.entrySet()) {
                    figures.computeIfAbsent(variant.getKey(), _ -> new ArrayList<>())
                            .add(measure(directory, url, variant.getValue()));
                }
            }
            print(figures);
        }
    }

    private static List<String> with(List<String> options, String another) {
        return Stream.concat(options.stream(), Stream.of(another)).toList();
    }

    private static Figures measure(Path directory, String url, List<String> options) throws Exception {
        int port = ParleyPeer.freePort();
        int managementPort = ParleyPeer.freePort();
        var builder = new ProcessBuilder(ParleyPeer.command(JAR, options))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("parley.log").toFile());
        builder.environment().keySet().removeIf(variable -> variable.matches("(DB|QUARKUS|PARLEY)_.*"));
        builder.environment().putAll(Map.of(
                "DB_URL", url,
                "QUARKUS_HTTP_HOST", "127.0.0.1",
                "QUARKUS_HTTP_PORT", Integer.toString(port),
                "QUARKUS_MANAGEMENT_PORT", Integer.toString(managementPort)));
        long began = System.nanoTime();
        var process = builder.start();
        // Whoever stops the benchmark stops the server.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        try {
            double answer = await(process, began, () -> answers(port));
            double ready = await(process, began, () -> isReady(managementPort));
            TimeUnit.NANOSECONDS.sleep(REST.toNanos());
            return new Figures(answer, ready, cpuSeconds(process.pid()), rssMb(process.pid()));
        } finally {
            process.destroy();
            // Longer than a stop takes: when it made the cache, that is written now.
            process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** What may fail until the program is up. */
    private interface Question {
        boolean ask() throws IOException;
    }

    private static double await(Process process, long began, Question question) throws Exception {
        while (true) {
            try {
                if (question.ask()) {
                    return (System.nanoTime() - began) / 1e6;
                }
            } catch (IOException _) {
                // Not listening yet.
            }
            if (!process.isAlive() || System.nanoTime() - began > LIMIT.toNanos()) {
                throw new IllegalStateException("The program did not start, see parley.log");
            }
            TimeUnit.MILLISECONDS.sleep(3);
        }
    }

    /** Whether a frame of no known type is answered by an error. */
    private static boolean answers(int port) throws IOException {
        try (var socket = connect(port)) {
            var in = socket.getInputStream();
            socket.getOutputStream().write(UPGRADE.getBytes(StandardCharsets.US_ASCII));
            var head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    return false;
                }
                head.append((char) next);
            }
            var frame = new byte[6 + UNKNOWN.length()];
            frame[0] = (byte) 0x81; // text, final
            frame[1] = (byte) (0x80 | UNKNOWN.length()); // masked, by zeroes
            System.arraycopy(UNKNOWN.getBytes(StandardCharsets.US_ASCII), 0, frame, 6, UNKNOWN.length());
            socket.getOutputStream().write(frame);
            return head.toString().startsWith("HTTP/1.1 101") && in.read() == 0x81;
        }
    }

    private static boolean isReady(int port) throws IOException {
        try (var socket = connect(port)) {
            socket.getOutputStream().write(READY.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII).endsWith("200");
        }
    }

    private static Socket connect(int port) throws IOException {
        var socket = new Socket();
        socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static double cpuSeconds(long pid) throws IOException {
        var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    private static double rssMb(long pid) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(0) / 1024.0;
        }
    }

    private static void print(Map<String, List<Figures>> figures) {
        System.out.println("| start of | first answer ms (fastest) | ready ms (fastest) | CPU s | RSS MB |");
        System.out.println("|---|---|---|---|---|");
        figures.forEach((variant, all) -> System.out.printf(
                "| %s | %.0f (%.0f) | %.0f (%.0f) | %.1f | %.0f |%n",
                variant,
                median(all, Figures::answerMs),
                fastest(all, Figures::answerMs),
                median(all, Figures::readyMs),
                fastest(all, Figures::readyMs),
                median(all, Figures::cpu),
                median(all, Figures::rssMb)));
    }

    private static double median(List<Figures> all, ToDoubleFunction<Figures> figure) {
        var sorted = all.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static double fastest(List<Figures> all, ToDoubleFunction<Figures> figure) {
        return all.stream().mapToDouble(figure).min().orElse(0);
    }
}
