package dev.parley.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Frames as a client sends them, masked; each part may be wrong. */
final class ClientFrame {
    private static final byte[] MASK = {0x37, (byte) 0xFA, 0x21, 0x3D};

    private ClientFrame() {}

    static byte[] text(String text) {
        return frame(0x81, text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] frame(int firstByte, String payload) {
        return frame(firstByte, payload.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] frame(int firstByte, byte[] payload) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(header(firstByte, payload.length));
        for (int i = 0; i < payload.length; i++) {
            out.write(payload[i] ^ MASK[i & 3]);
        }
        return out.toByteArray();
    }

    /** First byte, the shortest length, mask. */
    static byte[] header(int firstByte, long length) {
        var out = new ByteArrayOutputStream();
        out.write(firstByte);
        if (length <= 125) {
            out.write(0x80 | (int) length);
        } else if (length <= 0xFFFF) {
            out.write(0x80 | 126);
            writeLength(out, length, 2);
        } else {
            out.write(0x80 | 127);
            writeLength(out, length, 8);
        }
        out.writeBytes(MASK);
        return out.toByteArray();
    }

    static byte[] close(int code, String reason) {
        var text = reason.getBytes(StandardCharsets.UTF_8);
        return close(code, text);
    }

    static byte[] close(int code, byte[] reason) {
        var payload = new byte[2 + reason.length];
        payload[0] = (byte) (code >> 8);
        payload[1] = (byte) code;
        System.arraycopy(reason, 0, payload, 2, reason.length);
        return frame(0x88, payload);
    }

    static byte[] bytes(int... bytes) {
        var out = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            out[i] = (byte) bytes[i];
        }
        return out;
    }

    static byte[] join(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(out::writeBytes);
        return out.toByteArray();
    }

    private static void writeLength(ByteArrayOutputStream out, long length, int bytes) {
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
            out.write((int) (length >> shift));
        }
    }
}
