package dev.parley.gateway;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A client that sends bytes, right or wrong, and reads frames by its own small reading of RFC 6455. */
final class RawClient implements AutoCloseable {
    private static final int PATIENCE_MS = 10_000;

    private final Socket socket = new Socket();
    private final InputStream in;
    private final OutputStream out;

    private RawClient(URI server, int receiveBuffer) {
        try {
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.setSoTimeout(PATIENCE_MS);
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()), PATIENCE_MS);
            in = socket.getInputStream();
            out = socket.getOutputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** TCP only. */
    static RawClient dials(URI server) {
        return new RawClient(server, 0);
    }

    /** An open WebSocket at the echo. */
    static RawClient opens(URI server) {
        return new RawClient(server, 0).upgraded();
    }

    /** An open WebSocket whose kernel takes little for it. */
    static RawClient opensNarrow(URI server) {
        return new RawClient(server, 4096).upgraded();
    }

    private RawClient upgraded() {
        var head = sends(Handshake.valid()).hearsHead();
        if (!head.startsWith("HTTP/1.1 101")) {
            throw new IllegalStateException(head);
        }
        return this;
    }

    RawClient sends(String ascii) {
        return sends(ascii.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawClient sends(byte[] bytes) {
        try {
            out.write(bytes);
            out.flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #sends}, but says whether the server still took it. */
    boolean triesToSend(byte[] bytes) {
        try {
            out.write(bytes);
            return true;
        } catch (IOException gone) {
            return false;
        }
    }

    /** The head of an HTTP answer. */
    String hearsHead() {
        var head = new StringBuilder();
        try {
            while (head.indexOf("\r\n\r\n") < 0) {
                int b = in.read();
                if (b < 0) {
                    return head + "<end>";
                }
                head.append((char) b);
            }
            return head.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next frame: {@code text …}, {@code ping …}, {@code pong …}, {@code close 1002}, or {@code end}, {@code reset}. */
    String hears() {
        try {
            int first = in.read();
            if (first < 0) {
                return "end";
            }
            var payload = payload();
            var text = new String(payload, StandardCharsets.UTF_8);
            return switch (first) {
                case 0x81 -> "text " + text;
                case 0x89 -> "ping " + text;
                case 0x8A -> "pong " + text;
                case 0x88 ->
                    payload.length == 0 ? "close" : "close " + ((payload[0] & 0xFF) << 8 | (payload[1] & 0xFF));
                default -> throw new IllegalStateException("A server may not send " + Integer.toHexString(first));
            };
        } catch (EOFException cutShort) {
            return "end";
        } catch (java.net.SocketException reset) {
            return "reset";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All frames up to the end of TCP, one per line. */
    String hearsToTheEnd() {
        var heard = new StringBuilder();
        for (var frame = hears(); ; frame = hears()) {
            heard.append(frame);
            if (frame.equals("end") || frame.equals("reset")) {
                return heard.toString();
            }
            heard.append('\n');
        }
    }

    /** All bytes up to the end of TCP. */
    String hearsToTheEndAsText() {
        try {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] payload() throws IOException {
        int length = in.read();
        if (length == 126) {
            length = (in.read() << 8) | in.read();
        } else if (length == 127) {
            length = (int) new java.io.DataInputStream(in).readLong();
        }
        var payload = new ByteArrayOutputStream();
        payload.write(in.readNBytes(length));
        if (payload.size() < length) {
            throw new EOFException();
        }
        return payload.toByteArray();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
