package dev.parley.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Node, socket.io and pg, on a database of its own in the server that Parley has started. */
final class SioPeer implements Peer {
    private static final String DATABASE = "sio";
    private static final int START_SECONDS = 30;

    private final Process process;
    private final int port;
    private final ParleyPeer host;

    private SioPeer(Process process, int port, ParleyPeer host) {
        this.process = process;
        this.port = port;
        this.host = host;
    }

    static SioPeer start(Path home, Path directory, ParleyPeer host) throws Exception {
        if (!Files.isDirectory(home.resolve("node_modules"))) {
            throw new IllegalStateException("first: npm install --prefix " + home);
        }
        var database = host.database();
        database.execute("parley", "create database " + DATABASE);
        int port = ParleyPeer.freePort();
        var builder = new ProcessBuilder("node", home.resolve("server.js").toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("sio.log").toFile());
        builder.environment().put("NODE_ENV", "production");
        builder.environment().put("DATABASE_URL", database.url(DATABASE));
        builder.environment().put("PORT", Integer.toString(port));
        var process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        var peer = new SioPeer(process, port, host);
        peer.awaitListening(directory.resolve("sio.log"));
        return peer;
    }

    @Override
    public String name() {
        return "sio";
    }

    @Override
    public Machine machine() {
        return new Machine(process.pid(), host.machine().postgres());
    }

    @Override
    public Session prepare(Scenario scenario) throws IOException {
        var tag = UUID.randomUUID().toString().substring(0, 8);
        var links = new ArrayList<SioLink>();
        for (int room = 0; room < scenario.rooms(); room++) {
            var name = UUID.randomUUID().toString();
            var send = new SendFrame("42%s[\"send\",{\"room\":\"%s\",\"cid\":\"%s-%s\",\"body\":\"%s\"}]"
                    .formatted(SendFrame.NUMBER, name, tag, SendFrame.NUMBER, "0123456789".repeat(10)));
            for (int member = 0; member < scenario.members(); member++) {
                var dialogue = Dialogue.open(port, "/socket.io/?EIO=4&transport=websocket", "");
                dialogue.asks("40", "40{");
                if (scenario.reading()) {
                    dialogue.asks("420[\"join\",\"" + name + "\"]", "430[");
                }
                links.add(new SioLink(
                        dialogue.channel(), member < scenario.senders() ? send : null, scenario.window(), member % 16 == 0));
            }
        }
        return new Stored(links, tag, host.database());
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        host.database().execute("parley", "drop database " + DATABASE + " with (force)");
    }

    private record Stored(List<SioLink> links, String tag, Database database) implements Session {
        @Override
        public String complaint(long sent) throws SQLException {
            long stored = database.number(DATABASE, "select count(*) from message where cid like ?", tag + "-%");
            long cids = database.number(
                    DATABASE,
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
