package dev.parley.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** The packaged program with its own PostgreSQL, both in a directory of this run. */
final class ParleyPeer implements Peer {
    private static final Duration READY_LIMIT = Duration.ofSeconds(120);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String name;
    private final Process process;
    private final Path directory;
    private final int port;
    private final List<String> tokens = new ArrayList<>();

    private ParleyPeer(String name, Process process, Path directory, int port) {
        this.name = name;
        this.process = process;
        this.directory = directory;
        this.port = port;
    }

    /** Returns when the program is ready. */
    static ParleyPeer start(String name, Path jar, Path parent, List<String> javaOptions) throws Exception {
        var directory = Files.createDirectory(parent.resolve(name));
        int port = freePort();
        int managementPort = freePort();
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(javaOptions);
        command.addAll(List.of("-jar", jar.toAbsolutePath().toString()));
        var builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("parley.log").toFile());
        var environment = builder.environment();
        environment.keySet().removeIf(variable -> variable.matches("(DB|QUARKUS|PARLEY)_.*"));
        environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        environment.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(managementPort));
        // Accounts are no part of what is measured; the cheapest hash makes a thousand of them in seconds.
        environment.put("PARLEY_ACCOUNT_BCRYPT_COST", "4");
        environment.put("PARLEY_GATEWAY_MAX_CONNECTIONS_PER_ADDRESS", "20000");
        var process = builder.start();
        // Whoever stops the benchmark stops the server, and the server its database.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        var peer = new ParleyPeer(name, process, directory, port);
        peer.awaitReady(managementPort);
        return peer;
    }

    @Override
    public String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    Database database() throws IOException {
        return new Database(
                Integer.parseInt(postmaster().get(3)),
                Files.readString(directory.resolve(".parley/postgres.password")).strip());
    }

    @Override
    public Machine machine() {
        try {
            return new Machine(pid(), Long.parseLong(postmaster().getFirst()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Session prepare(Scenario scenario) throws Exception {
        for (int i = tokens.size(); i < scenario.connections(); i++) {
            tokens.add(register("bench-" + i));
        }
        return ParleySession.open(scenario, port, tokens, database());
    }

    /** Ends the program and deletes its database: a gigabyte that nobody looks at again. The log stays. */
    @Override
    public void close() throws InterruptedException, IOException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        try (var paths = Files.walk(directory.resolve(".parley"))) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private List<String> postmaster() throws IOException {
        return Files.readAllLines(directory.resolve(".parley/postgres/postmaster.pid"));
    }

    private void awaitReady(int managementPort) throws Exception {
        long deadline = System.nanoTime() + READY_LIMIT.toNanos();
        var ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + "/q/health/ready"))
                .build();
        while (true) {
            try {
                if (HTTP.send(ready, BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException _) {
                // Not listening yet.
            }
            if (!process.isAlive() || System.nanoTime() > deadline) {
                close();
                throw new IllegalStateException(Files.readString(directory.resolve("parley.log")));
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private String register(String name) throws Exception {
        var credentials = "{\"name\":\"%s\",\"password\":\"%s\"}".formatted(name, UUID.randomUUID());
        post("/api/accounts", credentials);
        return Dialogue.field(post("/api/tokens", credentials), "token");
    }

    private String post(String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        var answer = HTTP.send(request, BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IOException(path + " answered " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }
}
