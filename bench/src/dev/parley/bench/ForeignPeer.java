package dev.parley.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Somebody else's server, on a database of its own in the PostgreSQL server that Parley has started. */
final class ForeignPeer implements Peer {
    private static final int START_SECONDS = 30;

    private final String name;
    private final Dialect dialect;
    private final Process process;
    private final int port;
    private final ParleyPeer host;

    /** How its clients talk. */
    interface Dialect {
        /** Connections in new rooms, all of whose cids begin with {@code tag} and a dash. */
        List<? extends Link> connect(Scenario scenario, int port, String tag) throws IOException;
    }

    private ForeignPeer(String name, Dialect dialect, Process process, int port, ParleyPeer host) {
        this.name = name;
        this.dialect = dialect;
        this.process = process;
        this.port = port;
        this.host = host;
    }

    /** A server for Node, with its packages beside it. */
    static ForeignPeer node(String name, Dialect dialect, Path home, Path directory, ParleyPeer host) throws Exception {
        if (!Files.isDirectory(home.resolve("node_modules"))) {
            throw new IllegalStateException("first: npm install --prefix " + home);
        }
        return start(name, dialect, List.of("node", home.resolve("server.js").toString()), directory, host);
    }

    /** A server in C, compiled here. */
    static ForeignPeer compiled(String name, Dialect dialect, Path home, Path directory, ParleyPeer host)
            throws Exception {
        var program = directory.resolve(name).toString();
        var compiler = new ProcessBuilder(
                        "cc", "-O2", "-o", program, home.resolve("server.c").toString(), "-I/usr/include/postgresql",
                        "-lpq", "-lcrypto")
                .inheritIO()
                .start();
        if (compiler.waitFor() != 0) {
            throw new IllegalStateException("needs a C compiler and the headers of libpq and OpenSSL");
        }
        return start(name, dialect, List.of(program), directory, host);
    }

    private static ForeignPeer start(
            String name, Dialect dialect, List<String> command, Path directory, ParleyPeer host) throws Exception {
        var database = host.database();
        database.execute("parley", "create database " + databaseOf(name));
        int port = ParleyPeer.freePort();
        var log = directory.resolve(name + ".log");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("NODE_ENV", "production");
        builder.environment().put("DATABASE_URL", database.url(databaseOf(name)));
        builder.environment().put("PORT", Integer.toString(port));
        var process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        var peer = new ForeignPeer(name, dialect, process, port, host);
        peer.awaitListening(log);
        return peer;
    }

    /** Some names are words of SQL. */
    private static String databaseOf(String name) {
        return "peer_" + name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Machine machine() {
        return new Machine(process.pid(), host.machine().postgres());
    }

    @Override
    public Session prepare(Scenario scenario) throws IOException {
        var tag = UUID.randomUUID().toString().substring(0, 8);
        return new Stored(dialect.connect(scenario, port, tag), tag, databaseOf(name), host.database());
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        host.database().execute("parley", "drop database " + databaseOf(name) + " with (force)");
    }

    private record Stored(List<? extends Link> links, String tag, String name, Database database) implements Session {
        @Override
        public String complaint(long sent) throws SQLException {
            long stored = database.number(name, "select count(*) from message where cid like ?", tag + "-%");
            long cids = database.number(
                    name,
                    "select count(distinct cid) from message where cid between ? and ?",
                    tag + "-" + SendFrame.FIRST_NUMBER,
                    tag + "-" + (SendFrame.FIRST_NUMBER + sent - 1));
            return stored == sent && cids == sent
                    ? ""
                    : "%d sent, %d stored, %d different".formatted(sent, stored, cids);
        }
    }

    private void awaitListening(Path log) throws Exception {
        for (int attempt = 0; attempt < START_SECONDS * 10; attempt++) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port));
                return;
            } catch (IOException _) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        process.destroyForcibly();
        throw new IllegalStateException(Files.readString(log));
    }
}
