package dev.parley.bench;

import dev.parley.bench.ParleyPeer.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;

/** Somebody else's server, on a database of its own in the PostgreSQL server that all peers share. */
final class ForeignPeer implements Peer {
    private final String name;
    private final Dialect dialect;
    private final Server server;
    private final Host host;

    /** How its clients talk. */
    interface Dialect {
        /** Connections in new rooms, all of whose cids begin with {@code tag} and a dash. */
        List<? extends Link> connect(Scenario scenario, int port, String tag) throws IOException;

        /** What is wrong with what the peer has stored of {@code sent} sends with that tag; empty if nothing. */
        default String complaint(ForeignPeer peer, String tag, long sent) throws Exception {
            var database = peer.host.database();
            var name = databaseOf(peer.name);
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

    private ForeignPeer(String name, Dialect dialect, Server server, Host host) {
        this.name = name;
        this.dialect = dialect;
        this.server = server;
        this.host = host;
    }

    /** A server for Node, with its packages beside it. By its name the server may know in which way it shall insert. */
    static ForeignPeer node(String name, Dialect dialect, Path home, Path directory, Host host) throws Exception {
        packages(home);
        return start(name, dialect, List.of("node", home.resolve("server.js").toString(), name), directory, host);
    }

    /** A server for Bun, which is a package itself. By its name the server knows in which way it shall commit. */
    static ForeignPeer bun(String name, Path home, Path directory, Host host) throws Exception {
        var bun = packages(home).resolve(".bin/bun").toString();
        var command = List.of(bun, home.resolve("server.js").toString(), name);
        return start(name, new PlainDialect(), command, directory, host);
    }

    private static Path packages(Path home) {
        var packages = home.resolve("node_modules");
        if (!Files.isDirectory(packages)) {
            throw new IllegalStateException("first: npm install --prefix " + home);
        }
        return packages;
    }

    /** A server in C, compiled here. */
    static ForeignPeer compiled(String name, Dialect dialect, Path home, Path directory, Host host)
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

    /** Debian's ejabberd, with the tables that come with it. */
    static ForeignPeer ejabberd(String name, Path home, Path directory, Host host) throws Exception {
        var command = List.of(home.resolve("start").toString(), directory.resolve(name).toString());
        var peer = start(name, new EjabberdDialect(), command, directory, host);
        // It asks for no table before the first send.
        var tables = Files.readString(Path.of("/usr/share/ejabberd/sql/pg.sql"));
        host.database().execute(databaseOf(name), tables + EjabberdDialect.MESSAGES);
        return peer;
    }

    /** Debian's nats-server, which keeps what it is sent in files of its own. Its database stays empty. */
    static ForeignPeer nats(String name, Path home, Path directory, Host host) throws Exception {
        var program = Path.of("/usr/sbin/nats-server");
        if (!Files.isExecutable(program)) {
            throw new IllegalStateException("first: apt-get install --no-install-recommends nats-server");
        }
        var command = List.of(
                program.toString(),
                "--config", home.resolve("nats.conf").toString(),
                "--store_dir", host.storage(name).toString());
        var peer = start(name, new NatsDialect(), command, directory, host);
        NatsDialect.createStream(peer.server.port());
        return peer;
    }

    private static ForeignPeer start(
            String name, Dialect dialect, List<String> command, Path directory, Host host) throws Exception {
        var database = host.database();
        database.execute("parley", "create database " + databaseOf(name));
        int port = ParleyPeer.freePort();
        var log = directory.resolve(name + ".log");
        var builder = new ProcessBuilder(command);
        builder.environment().put("NODE_ENV", "production");
        builder.environment().put("DATABASE_URL", database.url(databaseOf(name)));
        builder.environment().put("PORT", Integer.toString(port));
        var server = new Server(builder, log, port);
        server.start();
        server.awaitListening();
        return new ForeignPeer(name, dialect, server, host);
    }

    /** Some names are words of SQL, or no word at all. */
    static String databaseOf(String name) {
        return "peer_" + name.replace('-', '_');
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Server server() {
        return server;
    }

    @Override
    public Machine machine() {
        return new Machine(Set.of(server.pid()), host.postgres());
    }

    @Override
    public Session prepare(Scenario scenario) throws IOException {
        var tag = UUID.randomUUID().toString().substring(0, 8);
        return new Stored(this, dialect.connect(scenario, server.port(), tag), tag);
    }

    @Override
    public void close() throws Exception {
        server.stop();
        host.database().execute("parley", "drop database " + databaseOf(name) + " with (force)");
    }

    private record Stored(ForeignPeer peer, List<? extends Link> links, String tag) implements Session {
        @Override
        public String complaint(long sent) throws Exception {
            return peer.dialect.complaint(peer, tag, sent);
        }

        /** Into rooms of their own: these servers know nobody again, and a join costs the same everywhere. */
        @Override
        public List<Callable<Link>> returns() {
            return Collections.nCopies(links.size(), () -> peer.dialect
                    .connect(Scenario.idle("return", 1, 1), peer.server.port(), tag)
                    .getFirst());
        }
    }
}
