package dev.parley.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** A masked frame that is made once and sent many times; only the ten digits of its number change. */
final class SendFrame {
    /** First bytes of whole frames. */
    static final int TEXT = 0x81;

    static final int BINARY = 0x82;

    /** Stands in the text wherever the number goes. */
    static final String NUMBER = "##########";

    /** The smallest number of ten digits. */
    static final long FIRST_NUMBER = 1_000_000_000L;

    /** From here on, numbers are of asides. */
    static final long FIRST_ASIDE = 9_000_000_000L;

    static final String BODY = "0123456789".repeat(10);

    private static final byte[] MASK = {0x35, (byte) 0xC2, 0x1F, 0x6A};

    private final byte[] frame;
    private final int header;
    private final int[] places;

    /** A send of Parley's, with the number as its id and in its cid. */
    static SendFrame of(UUID room, String tag) {
        return new SendFrame("{\"type\":\"send\",\"id\":\"%s\",\"room\":\"%s\",\"cid\":\"%s-%s\",\"body\":\"%s\"}"
                .formatted(NUMBER, room, tag, NUMBER, BODY));
    }

    SendFrame(String text) {
        this(TEXT, text);
    }

    SendFrame(int firstByte, String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        frame = masked(firstByte, payload);
        header = frame.length - payload.length;
        var found = new int[text.length()];
        int count = 0;
        for (int at = text.indexOf(NUMBER); at >= 0; at = text.indexOf(NUMBER, at + NUMBER.length())) {
            found[count++] = at;
        }
        places = java.util.Arrays.copyOf(found, count);
    }

    /** Whether it says a number. */
    boolean isNumbered() {
        return places.length > 0;
    }

    int length() {
        return frame.length;
    }

    void put(ByteBuffer out, long number) {
        int start = out.position() + header;
        out.put(frame);
        for (int place : places) {
            long rest = number;
            for (int i = place + NUMBER.length() - 1; i >= place; i--) {
                out.put(start + i, (byte) (('0' + rest % 10) ^ MASK[i & 3]));
                rest /= 10;
            }
        }
    }

    /** A whole text frame as a client writes it. */
    static byte[] masked(byte[] payload) {
        return masked(TEXT, payload);
    }

    /** A whole frame of any kind. */
    static byte[] masked(int firstByte, byte[] payload) {
        var out = ByteBuffer.allocate(8 + payload.length);
        out.put((byte) firstByte);
        if (payload.length < 126) {
            out.put((byte) (0x80 | payload.length));
        } else {
            out.put((byte) (0x80 | 126)).putShort((short) payload.length);
        }
        out.put(MASK);
        for (int i = 0; i < payload.length; i++) {
            out.put((byte) (payload[i] ^ MASK[i & 3]));
        }
        var frame = new byte[out.position()];
        out.flip().get(frame);
        return frame;
    }
}
