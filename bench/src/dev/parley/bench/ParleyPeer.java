package dev.parley.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The packaged program in a directory of this run, on a database of its own in the PostgreSQL server of a {@link Host}. */
final class ParleyPeer implements Peer {
    private static final Duration READY_LIMIT = Duration.ofSeconds(120);
    /** Connections to the database, its default. All peers' pools together must fit into PostgreSQL's hundred. */
    private static final int POOL = 16;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String name;
    private final List<Server> nodes;
    private final Host host;
    private final List<ParleySession.Account> accounts = new ArrayList<>();

    private ParleyPeer(String name, List<Server> nodes, Host host) {
        this.name = name;
        this.nodes = nodes;
        this.host = host;
    }

    /**
     * Whose PostgreSQL server all peers share: a Parley that is started with its embedded one, and does nothing else. It is
     * there so that every peer can be killed without its database.
     */
    record Host(Server server, Path directory) implements AutoCloseable {
        /** Returns when PostgreSQL answers. */
        static Host start(Path jar, Path parent) throws Exception {
            var directory = Files.createDirectory(parent.resolve("host"));
            var small = List.of("-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
            return new Host(started(jar, directory, "parley", small, "", "4"), directory);
        }

        Database database() {
            try {
                return new Database(
                        Integer.parseInt(postmaster().get(3)),
                        Files.readString(directory.resolve(".parley/postgres.password"))
                                .strip());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Process id of PostgreSQL's postmaster. */
        long postgres() {
            return Long.parseLong(postmaster().getFirst());
        }

        /** For the files of a peer that keeps its own; deleted with the databases. */
        Path storage(String peer) {
            return directory.resolve(".parley").resolve(peer);
        }

        /** Deletes the databases too: gigabytes that nobody looks at again. */
        @Override
        public void close() throws InterruptedException, IOException {
            server.stop();
            try (var paths = Files.walk(directory.resolve(".parley"))) {
                for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        }

        private List<String> postmaster() {
            try {
                return Files.readAllLines(directory.resolve(".parley/postgres/postmaster.pid"));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /**
     * Returns when all its nodes are ready.
     *
     * @param nodes processes on one database; connections are spread over them in turns
     */
    static ParleyPeer start(String name, Path jar, Path parent, List<String> javaOptions, Host host, int nodes)
            throws Exception {
        var database = ForeignPeer.databaseOf(name);
        host.database().execute("parley", "create database " + database);
        // One directory: there they find one key for their tokens.
        var directory = Files.createDirectory(parent.resolve(name));
        var started = new ArrayList<Server>();
        for (int node = 1; node <= nodes; node++) {
            var url = host.database().url(database);
            started.add(started(jar, directory, "parley" + node, javaOptions, url, Integer.toString(POOL / nodes)));
        }
        return new ParleyPeer(name, started, host);
    }

    /** Runs a jar with the JVM options that were packaged beside it, if any were, and these. */
    static List<String> command(Path jar, List<String> javaOptions) {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        var packaged = jar.toAbsolutePath().resolveSibling("jvm.options");
        if (Files.exists(packaged)) {
            command.add("@" + packaged);
        }
        command.addAll(javaOptions);
        command.addAll(List.of("-jar", jar.toAbsolutePath().toString()));
        return command;
    }

    private static Server started(
            Path jar, Path directory, String log, List<String> javaOptions, String url, String poolMax)
            throws Exception {
        int port = freePort();
        int managementPort = freePort();
        var builder = new ProcessBuilder(command(jar, javaOptions)).directory(directory.toFile());
        var environment = builder.environment();
        environment.keySet().removeIf(variable -> variable.matches("(DB|QUARKUS|PARLEY)_.*"));
        if (!url.isEmpty()) {
            environment.put("DB_URL", url);
        }
        environment.put("DB_POOL_MAX", poolMax);
        environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        environment.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(managementPort));
        // Accounts are no part of what is measured; the cheapest hash makes a thousand of them in seconds.
        environment.put("PARLEY_ACCOUNT_BCRYPT_COST", "4");
        environment.put("PARLEY_GATEWAY_MAX_CONNECTIONS_PER_ADDRESS", "20000");
        var server = new Server(builder, directory.resolve(log + ".log"), port);
        server.start();
        awaitReady(server, managementPort);
        return server;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Server server() {
        return nodes.getFirst();
    }

    @Override
    public Machine machine() {
        return new Machine(nodes.stream().map(Server::pid).collect(Collectors.toSet()), host.postgres());
    }

    boolean isSingle() {
        return nodes.size() == 1;
    }

    @Override
    public void enrol(int clients) throws Exception {
        for (int i = accounts.size(); i < clients; i++) {
            accounts.add(register("bench-" + i));
        }
    }

    @Override
    public ParleySession prepare(Scenario scenario) throws Exception {
        enrol(scenario.connections());
        return ParleySession.open(
                scenario,
                nodes.stream().map(Server::port).toList(),
                accounts,
                ForeignPeer.databaseOf(name),
                host.database());
    }

    /** Writes so many entries of a past into a thousand rooms, in the order in which such rooms would have got them. */
    void fill(int entries) throws SQLException {
        host.database().execute(
                ForeignPeer.databaseOf(name),
                """
                insert into room (id, name, visibility, head_seq, message_count)
                select md5('room' || n)::uuid, 'past', 'public', %1$d / 1000, %1$d / 1000
                  from generate_series(0, 999) as n;
                insert into entry (room_id, seq, sender_id, cid, kind, at, payload, payload_hash)
                select md5('room' || n %% 1000)::uuid, n / 1000 + 1, md5('sender' || n %% 7000)::uuid, md5(n::text), 'message',
                       now(), jsonb_build_object('body', '%2$s'), sha256(n::text::bytea)
                  from generate_series(0, %1$d - 1) as n;
                analyze;
                checkpoint"""
                        .formatted(entries, SendFrame.BODY));
    }

    /** Ends the program and drops its database. The log stays. */
    @Override
    public void close() throws Exception {
        for (var node : nodes) {
            node.stop();
        }
        host.database().execute("parley", "drop database " + ForeignPeer.databaseOf(name) + " with (force)");
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitReady(Server server, int managementPort) throws Exception {
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
            if (!server.isAlive() || System.nanoTime() > deadline) {
                server.stop();
                throw new IllegalStateException(server.log());
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private ParleySession.Account register(String name) throws Exception {
        var credentials = "{\"name\":\"%s\",\"password\":\"%s\"}".formatted(name, UUID.randomUUID());
        var id = UUID.fromString(Dialogue.field(post("/api/accounts", credentials), "id"));
        return new ParleySession.Account(id, Dialogue.field(post("/api/tokens", credentials), "token"));
    }

    private String post(String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server().port() + path))
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
