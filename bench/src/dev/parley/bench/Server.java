package dev.parley.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A process that listens on a port of 127.0.0.1, and can be ended and started again. */
final class Server {
    private static final Duration LISTEN_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final int POLL_MILLIS = 3;

    private final ProcessBuilder builder;
    private final Path log;
    private final int port;
    private Process process;

    /** @param log of all its processes, one after the other */
    Server(ProcessBuilder builder, Path log, int port) {
        this.builder = builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        this.log = log;
        this.port = port;
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    /** Starts the process; does not wait for its port. */
    void start() throws IOException {
        process = builder.start();
        // Whoever stops the benchmark stops the server.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    }

    /** Returns as soon as somebody can connect. */
    void awaitListening() throws Exception {
        long deadline = System.nanoTime() + LISTEN_LIMIT.toNanos();
        while (true) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port));
                return;
            } catch (IOException _) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IllegalStateException(Files.readString(log));
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        }
    }

    /** Ends the process as SIGKILL does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks the process to end, and waits. */
    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            kill();
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String log() throws IOException {
        return Files.readString(log);
    }
}
