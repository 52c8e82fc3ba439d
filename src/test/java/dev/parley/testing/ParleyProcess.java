package dev.parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
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
    /** A variable that is for the test and not for the program: the jar that is run instead of the packaged one. */
    public static final String PROGRAM = "TEST_PROGRAM";

    private static final String OPTIONS =
            "@" + Path.of("target", "quarkus-app", "jvm.options").toAbsolutePath();

    private static final Duration READY_LIMIT = Duration.ofSeconds(90);
    private static final Duration EXIT_LIMIT = Duration.ofSeconds(60);
    private static final int HTTP_OK = 200;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Launch launch;
    private final Process process;
    private final Path log;
    private final int port;
    private final int managementPort;

    private ParleyProcess(Launch launch) throws IOException {
        this.launch = launch;
        this.log = launch.workDirectory().resolve("parley.log");
        this.process = launch.process(log);
        this.port = launch.port();
        this.managementPort = launch.managementPort();
    }

    /** What it takes to start it, and to start it again. */
    private record Launch(
            Path workDirectory, Map<String, String> environment, List<String> prefix, int port, int managementPort) {

        Process process(Path log) throws IOException {
            var command = new ArrayList<>(prefix);
            command.addAll(environment.containsKey(PROGRAM) ? java(environment.get(PROGRAM)) : program());
            if (environment.containsKey("JAVA_TOOL_OPTIONS")) {
                command.remove(OPTIONS); // which would have the last word
            }
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
            return builder.start();
        }
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
            var launch = new Launch(
                    workDirectory, Map.copyOf(environment), List.copyOf(prefix), FreePort.any(), FreePort.any());
            return new ParleyProcess(launch);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the program once more, as it was started, on the same ports, and does not wait. This one must have ended. */
    public ParleyProcess again() {
        try {
            return new ParleyProcess(launch);
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
        Faults.injected("kill -9 of a node");
    }

    /** Stops where it is; nobody is told. */
    public void freezes() {
        Signals.send("STOP", process.toHandle());
        Faults.injected("SIGSTOP of a node");
    }

    /** After {@link #freezes}: goes on as if nothing had been. */
    public void thaws() {
        Signals.send("CONT", process.toHandle());
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
            thaws();
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
            case "jar" -> java(path);
            default -> throw new IllegalStateException("The build has made nothing that runs: " + artifact);
        };
    }

    /**
     * With the options that are packaged beside the jar, but the quick compiler alone: most of these programs are ended
     * before the thorough one would pay.
     */
    private static List<String> java(String jar) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return List.of(java, OPTIONS, "-XX:TieredStopAtLevel=1", "-jar", jar);
    }
}
