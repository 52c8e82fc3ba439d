package dev.parley.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** HAProxy before two nodes, with the health checks of {@code haproxy.cfg}, as a process of its own. */
public final class HaProxy implements AutoCloseable {
    private static final Path CONFIGURATION = Path.of("src", "test", "resources", "haproxy.cfg");
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int NODES = 2;

    private final Process process;
    private final int entrance;
    private final int statistics;

    private HaProxy(Path program, Path log, ParleyProcess one, ParleyProcess two) throws IOException {
        entrance = FreePort.any();
        statistics = FreePort.any();
        var builder = new ProcessBuilder(program.toString(), "-db", "-f", CONFIGURATION.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        var environment = builder.environment();
        environment.put("PARLEY_ENTRANCE", address(entrance));
        environment.put("PARLEY_STATISTICS", address(statistics));
        environment.put("PARLEY_ONE", address(one.baseUri().getPort()));
        environment.put("PARLEY_TWO", address(two.baseUri().getPort()));
        environment.put(
                "PARLEY_ONE_MANAGEMENT", Integer.toString(one.managementUri().getPort()));
        environment.put(
                "PARLEY_TWO_MANAGEMENT", Integer.toString(two.managementUri().getPort()));
        process = builder.start();
    }

    /** Where it is, if it is installed. */
    public static Optional<Path> program() {
        return Stream.of("/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin")
                .map(directory -> Path.of(directory, "haproxy"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Returns when it sees both nodes up. They may end and come again on the same ports. */
    public static HaProxy before(ParleyProcess one, ParleyProcess two, Path directory) {
        try {
            var proxy = new HaProxy(program().orElseThrow(), directory.resolve("haproxy.log"), one, two);
            proxy.awaitBothUp();
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public URI uri() {
        return URI.create("http://" + address(entrance));
    }

    public void awaitBothUp() {
        await("both nodes up in the eyes of HAProxy")
                .atMost(LIMIT)
                .failFast("HAProxy has ended", () -> !process.isAlive())
                .until(() -> up() == NODES);
    }

    private long up() {
        var request = HttpRequest.newBuilder(URI.create("http://" + address(statistics) + "/;csv"))
                .build();
        try {
            return TestHttp.CLIENT
                    .send(request, BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.matches("nodes,(one|two),.*,UP,.*"))
                    .count();
        } catch (IOException _) {
            return 0; // not there yet
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static String address(int port) {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("HAProxy did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
