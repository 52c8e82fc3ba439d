package dev.parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * The packaged program as a process of its own, on free ports, to be killed and started again. Its working directory
 * holds the embedded database ({@code .parley}) and {@code parley.log}. Closing it ends the process, gently at first.
 */
public final class ParleyProcess implements AutoCloseable {
    private static final Duration READY_LIMIT = Duration.ofSeconds(90);
    private static final Duration EXIT_LIMIT = Duration.ofSeconds(60);
    private static final int HTTP_OK = 200;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Process process;
    private final Path log;
    private final int port;
    private final int managementPort;

    private ParleyProcess(Process process, Path log, int port, int managementPort) {
        this.process = process;
        this.log = log;
        this.port = port;
        this.managementPort = managementPort;
    }

    /** Starts the program and waits until it is ready. */
    public static ParleyProcess start(Path workDirectory, Map<String, String> environment) {
        return launch(workDirectory, environment, List.of()).awaitReady();
    }

    public static ParleyProcess start(Path workDirectory) {
        return start(workDirectory, Map.of());
    }

    /**
     * Starts the program and does not wait.
     *
     * @param prefix goes before the command, such as {@code setpriv} with its options
     */
    public static ParleyProcess launch(Path workDirectory, Map<String, String> environment, List<String> prefix) {
        try {
            int port = freePort();
            int managementPort = freePort();
            Path log = workDirectory.resolve("parley.log");
            var command = new ArrayList<>(prefix);
            command.addAll(program());
            var builder = new ProcessBuilder(command)
                    .directory(workDirectory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            // Nothing that this build's environment says about a database or a port is meant for it.
            builder.environment().keySet().removeIf(name -> name.matches("(DB|QUARKUS|PARLEY)_.*"));
            builder.environment().put("QUARKUS_HTTP_HOST", "127.0.0.1");
            builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
            builder.environment().put("QUARKUS_MANAGEMENT_PORT", Integer.toString(managementPort));
            builder.environment().putAll(environment);
            return new ParleyProcess(builder.start(), log, port, managementPort);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it answers that it is ready. */
    public ParleyProcess awaitReady() {
        Awaitility.await("readiness of the program, see " + log)
                .atMost(READY_LIMIT)
                .failFast("the program has ended: " + log, () -> !process.isAlive())
                .until(() -> status("/q/health/ready") == HTTP_OK);
        return this;
    }

    public URI baseUri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public URI managementUri() {
        return URI.create("http://127.0.0.1:" + managementPort);
    }

    public long pid() {
        return process.pid();
    }

    /** The status of an answer from the management port; 0 if there was none. */
    public int status(String managementPath) {
        var request = HttpRequest.newBuilder(managementUri().resolve(managementPath))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException _) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /** What it has printed, in this and in earlier runs in the same directory. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** No chance to do anything; returns when it is gone. */
    public void kill9() {
        process.destroyForcibly();
        awaitExit();
    }

    /** What an orchestrator sends; returns at once. */
    public void sigterm() {
        process.destroy();
    }

    /** Waits for the end and gives the exit code: 0 after a stop in order, 128 plus the number of a signal that cut it. */
    public int awaitExit() {
        try {
            if (!process.waitFor(EXIT_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("The program did not end within " + EXIT_LIMIT + ", see " + log);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            sigterm();
            awaitExit();
        }
    }

    /** What the build says that it has built last: the jar, run by this JVM, or a native executable. */
    private static List<String> program() throws IOException {
        var artifact = new Properties();
        try (var file = Files.newBufferedReader(Path.of("target", "quarkus-artifact.properties"))) {
            artifact.load(file);
        }
        var path =
                Path.of("target", artifact.getProperty("path")).toAbsolutePath().toString();
        return switch (artifact.getProperty("type")) {
            case "native" -> List.of(path);
            case "jar" ->
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", path);
            default -> throw new IllegalStateException("The build has made nothing that runs: " + artifact);
        };
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
