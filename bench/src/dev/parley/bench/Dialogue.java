package dev.parley.bench;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The patient beginning of a connection: upgrade, then texts one at a time. Reads no byte too many. */
final class Dialogue {
    private static final int PING = 0x9;
    private static final int ATTEMPTS = 10;

    private final SocketChannel channel;
    private final int kind;
    private final OutputStream out;
    private final DataInputStream in;

    private Dialogue(SocketChannel channel, int kind) throws IOException {
        this.channel = channel;
        this.kind = kind;
        this.out = channel.socket().getOutputStream();
        this.in = new DataInputStream(channel.socket().getInputStream());
    }

    static Dialogue open(int port, String path, String headers) throws IOException {
        return open(port, path, headers, SendFrame.TEXT);
    }

    /** @param kind first byte of the frames that its texts go out in */
    static Dialogue open(int port, String path, String headers, int kind) throws IOException {
        var channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
        channel.socket().setTcpNoDelay(true);
        channel.socket().setSoTimeout(30_000);
        var dialogue = new Dialogue(channel, kind);
        dialogue.upgrade(
                """
                GET %s HTTP/1.1
                Host: 127.0.0.1:%d
                Upgrade: websocket
                Connection: Upgrade
                Sec-WebSocket-Version: 13
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
                %s
                """
                        .formatted(path, port, headers)
                        .replace("\n", "\r\n"));
        return dialogue;
    }

    SocketChannel channel() {
        return channel;
    }

    void says(String text) throws IOException {
        out.write(SendFrame.masked(kind, text.getBytes(StandardCharsets.UTF_8)));
    }

    /** The next text that holds {@code part}; all before it are dropped. */
    String hears(String part) throws IOException {
        while (true) {
            int opcode = in.readUnsignedByte() & 0xF;
            int length = in.readUnsignedByte();
            if (length >= 126) {
                length = length == 126 ? in.readUnsignedShort() : (int) in.readLong();
            }
            byte[] payload = in.readNBytes(length);
            var text = new String(payload, StandardCharsets.UTF_8);
            if (opcode == PING) {
                out.write(SendFrame.masked(0x8A, payload));
            } else if (text.startsWith("{\"type\":\"error\"") && text.contains("\"code\":\"unavailable\"")) {
                throw new NotYet(part, text);
            } else if (opcode == 0x8 || text.startsWith("{\"type\":\"error\"")) {
                throw new IOException("wanted " + part + " but heard " + text);
            } else if (text.contains(part)) {
                return text;
            }
        }
    }

    /** Says it again, as a client does that is told to, as soon as it may. */
    String asks(String text, String part) throws IOException {
        for (int attempt = 1; ; attempt++) {
            says(text);
            try {
                return hears(part);
            } catch (NotYet later) {
                if (attempt == ATTEMPTS) {
                    throw later;
                }
                System.err.println("said again: " + later.getMessage());
                later.await();
            }
        }
    }

    /** The server cannot now, and has said when to ask again. */
    private static final class NotYet extends IOException {
        private static final long serialVersionUID = 1L;
        private final long millis;

        NotYet(String wanted, String error) {
            super("wanted " + wanted + " but heard " + error);
            this.millis = Long.parseLong(field(error, "retry_after_ms"));
        }

        void await() throws InterruptedIOException {
            try {
                TimeUnit.MILLISECONDS.sleep(millis);
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("nobody waits for it any more");
            }
        }
    }

    /** The value of the first field of that name, text or number. */
    static String field(String json, String name) {
        var matcher = Pattern.compile("\"" + name + "\":\"?([^\",}]*)").matcher(json);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + name + " in " + json);
        }
        return matcher.group(1);
    }

    private void upgrade(String request) throws IOException {
        out.write(request.getBytes(StandardCharsets.US_ASCII));
        var answer = head(in);
        if (!answer.startsWith("HTTP/1.1 101 ")) {
            throw new IOException("upgrade answered by " + answer);
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("no answer to the upgrade");
            }
            head.append((char) b);
        }
        return head.toString();
    }
}
