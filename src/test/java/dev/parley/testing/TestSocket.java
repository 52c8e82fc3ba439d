package dev.parley.testing;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket that reads no byte before it is asked to, unlike those of HTTP clients: what backpressure is tested with.
 * One thread reads, any may write. Pings are answered as they are read.
 */
public final class TestSocket implements AutoCloseable {
    private static final int PATIENCE_MS = 20_000;
    private static final int READ_AHEAD = 8192;
    private static final int TEXT = 0x81;
    private static final int CLOSE = 0x88;
    private static final int PING = 0x89;
    private static final int PONG = 0x8A;

    /** The server has closed it in good order. */
    public static final class Closed extends EOFException {
        private static final long serialVersionUID = 1L;

        private final int code;

        Closed(int code) {
            super("closed with " + code);
            this.code = code;
        }

        public int code() {
            return code;
        }
    }

    /** The server did not take the upgrade. */
    public static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;
        private static final Pattern RETRY_AFTER = Pattern.compile("(?mi)^retry-after: *(\\d+)");

        Refused(String head) {
            super("refused: " + head);
        }

        /** As its header says, nothing if there is none. */
        public Duration retryAfter() {
            var header = RETRY_AFTER.matcher(String.valueOf(getMessage()));
            return header.find() ? Duration.ofSeconds(Long.parseLong(header.group(1))) : Duration.ZERO;
        }
    }

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;

    private TestSocket(URI base, int receiveBuffer, String headers) throws IOException {
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), base.getPort()), PATIENCE_MS);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), READ_AHEAD));
        out = socket.getOutputStream();
        socket.setSoTimeout(PATIENCE_MS);
        upgrade(base, headers);
        socket.setSoTimeout(0);
    }

    /**
     * Opens a socket to the server at {@code base} (http://…).
     *
     * @param receiveBuffer bytes that the kernel may take for it unread; 0 for as many as it likes
     */
    public static TestSocket opens(URI base, int receiveBuffer) throws IOException {
        return new TestSocket(base, receiveBuffer, "");
    }

    /** Whether a page of that origin may open one. */
    public static boolean opensFor(URI base, String origin) throws IOException {
        try (var _ = new TestSocket(base, 0, "Origin: " + origin + "\n")) {
            return true;
        } catch (Refused _) {
            return false;
        }
    }

    private void upgrade(URI base, String headers) throws IOException {
        var request = """
                GET /chat HTTP/1.1
                Host: 127.0.0.1:%d
                Upgrade: websocket
                Connection: Upgrade
                Sec-WebSocket-Version: 13
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
                Sec-WebSocket-Protocol: parley.v1+json
                %s
                """.formatted(base.getPort(), headers).replace("\n", "\r\n");
        out.write(request.getBytes(StandardCharsets.US_ASCII));
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        if (!head.toString().startsWith("HTTP/1.1 101")) {
            socket.close();
            throw new Refused(head.toString());
        }
    }

    /** Sends a text frame; blocks while the server does not take it. */
    public void says(String text) throws IOException {
        write(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Says it to who is there; if it cannot be written, who reads notices the end. */
    static void tells(@Nullable TestSocket to, String frame) {
        if (to != null) {
            try {
                to.says(frame);
            } catch (IOException _) {
                to.close();
            }
        }
    }

    public void pings() throws IOException {
        write(PING, new byte[] {'?'});
    }

    /** The next text message; waits for it as long as it takes. Ends by an exception when the connection does. */
    public String hears() throws IOException {
        while (true) {
            int first = in.readUnsignedByte();
            var payload = payload();
            switch (first) {
                case TEXT -> {
                    return new String(payload, StandardCharsets.UTF_8);
                }
                case PING -> write(PONG, payload);
                case PONG -> {}
                case CLOSE -> {
                    int code = payload.length < 2 ? 0 : ByteBuffer.wrap(payload).getShort() & 0xFFFF;
                    throw new Closed(code);
                }
                default -> throw new IOException("a server may not send " + Integer.toHexString(first));
            }
        }
    }

    private byte[] payload() throws IOException {
        int length = in.readUnsignedByte();
        long size = length == 127 ? in.readLong() : length == 126 ? in.readUnsignedShort() : length;
        var payload = new byte[Math.toIntExact(size)];
        in.readFully(payload);
        return payload;
    }

    private void write(int first, byte[] payload) throws IOException {
        var frame = ByteBuffer.allocate(payload.length + 14);
        frame.put((byte) first);
        if (payload.length <= 125) {
            frame.put((byte) (0x80 | payload.length));
        } else if (payload.length <= 0xFFFF) {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(payload.length);
        }
        frame.putInt(0).put(payload); // a mask of zeros leaves the payload as it is
        synchronized (out) {
            out.write(frame.array(), 0, frame.position());
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // It is gone either way.
        }
    }
}
