package dev.parley.gateway;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a client sends, by RFC 6455 section 5, and refuses at the first byte that breaks it. Takes bytes cut
 * anywhere and holds at most one message of the permitted size, grown as its bytes arrive: an announced length costs
 * nothing. Not thread-safe.
 */
final class Rfc6455Reader {
    /** What the reader hears, in order. Whoever returns false from {@link #listening} is told nothing more for now. */
    interface Heard {
        boolean listening();

        /** A whole message, its fragments joined; text is valid UTF-8. */
        void message(boolean text, byte[] payload);

        void ping(byte[] payload);

        void pong();

        /** The peer closes. A code of 0 stands for none. */
        void close(int code, String reason);

        /** A data frame that was empty or only part of a message. */
        void fragment();

        void violation(Violation violation);
    }

    private enum Step {
        FIRST_BYTE,
        SECOND_BYTE,
        LENGTH,
        MASK,
        PAYLOAD
    }

    private static final int CONTINUATION = 0x0;
    private static final int TEXT = 0x1;
    private static final int BINARY = 0x2;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xA;
    private static final int MAX_CONTROL_PAYLOAD = 125;
    private static final byte[] NOTHING = {};

    private final long maxFrame;
    private final long maxMessage;
    private final Utf8Check utf8 = new Utf8Check();
    private final byte[] mask = new byte[4];

    private Step step = Step.FIRST_BYTE;
    private boolean fin;
    private int opcode;
    private int missing;
    private int lengthBytes;
    private long length;
    private int maskAt;

    /** TEXT or BINARY while a message is open, else CONTINUATION. */
    private int messageKind = CONTINUATION;

    private byte[] message = NOTHING;
    private int messageSize;
    private byte[] control = NOTHING;
    private int controlSize;

    Rfc6455Reader(long maxFrame, long maxMessage) {
        this.maxFrame = maxFrame;
        this.maxMessage = maxMessage;
    }

    /** Reads until the bytes end or nobody listens; the rest stays in {@code in}. */
    void read(ByteBuf in, Heard heard) {
        while (in.isReadable() && heard.listening()) {
            Violation violation = step == Step.PAYLOAD ? payload(in) : header(in.readUnsignedByte());
            if (violation == null && step == Step.PAYLOAD && length == 0) {
                step = Step.FIRST_BYTE;
                violation = opcode >= CLOSE ? endControl(heard) : endData(heard);
            }
            if (violation != null) {
                heard.violation(violation);
            }
        }
    }

    /** Whether the peer owes the rest of a frame or of a message. */
    boolean midMessage() {
        return step != Step.FIRST_BYTE || messageKind != CONTINUATION;
    }

    private @Nullable Violation header(int b) {
        return switch (step) {
            case FIRST_BYTE -> firstByte(b);
            case SECOND_BYTE -> secondByte(b);
            case LENGTH -> lengthByte(b);
            case MASK, PAYLOAD -> maskByte(b);
        };
    }

    private @Nullable Violation firstByte(int b) {
        fin = (b & 0x80) != 0;
        opcode = b & 0x0F;
        step = Step.SECOND_BYTE;
        if ((b & 0x70) != 0) {
            return Violation.RESERVED_BITS;
        }
        return switch (opcode) {
            case CONTINUATION -> messageKind == CONTINUATION ? Violation.BAD_FRAGMENTATION : null;
            case TEXT, BINARY -> messageKind == CONTINUATION ? null : Violation.BAD_FRAGMENTATION;
            case CLOSE, PING, PONG -> fin ? null : Violation.BAD_CONTROL_FRAME;
            default -> Violation.RESERVED_OPCODE;
        };
    }

    private @Nullable Violation secondByte(int b) {
        if ((b & 0x80) == 0) {
            return Violation.UNMASKED_FRAME;
        }
        int shortLength = b & 0x7F;
        if (opcode >= CLOSE && shortLength > MAX_CONTROL_PAYLOAD) {
            return Violation.BAD_CONTROL_FRAME;
        }
        if (shortLength > MAX_CONTROL_PAYLOAD) {
            length = 0;
            lengthBytes = shortLength == 126 ? 2 : 8;
            missing = lengthBytes;
            step = Step.LENGTH;
            return null;
        }
        length = shortLength;
        return announced();
    }

    private @Nullable Violation lengthByte(int b) {
        length = (length << 8) | b;
        missing--;
        if (missing > 0) {
            return null;
        }
        // Only the eight byte form can be negative; the two byte form ends below 65536.
        boolean minimal = lengthBytes == 2 ? length > MAX_CONTROL_PAYLOAD : length > 0xFFFF;
        return minimal ? announced() : Violation.BAD_LENGTH;
    }

    private @Nullable Violation announced() {
        boolean data = opcode < CLOSE;
        if (data && (length > maxFrame || messageSize + length > maxMessage)) {
            return Violation.TOO_LARGE;
        }
        if (opcode == CLOSE && length == 1) {
            return Violation.BAD_CLOSE;
        }
        if (opcode == TEXT || opcode == BINARY) {
            messageKind = opcode;
        }
        if (!data) {
            control = length == 0 ? NOTHING : new byte[(int) length];
            controlSize = 0;
        }
        missing = mask.length;
        step = Step.MASK;
        return null;
    }

    private @Nullable Violation maskByte(int b) {
        mask[mask.length - missing] = (byte) b;
        missing--;
        if (missing == 0) {
            maskAt = 0;
            step = Step.PAYLOAD;
        }
        return null;
    }

    private @Nullable Violation payload(ByteBuf in) {
        int n = (int) Math.min(length, in.readableBytes());
        length -= n;
        if (opcode >= CLOSE) {
            unmask(in, control, controlSize, n);
            controlSize += n;
            return null;
        }
        int from = messageSize;
        makeRoom(n);
        unmask(in, message, from, n);
        messageSize += n;
        return messageKind == BINARY || utf8.accepts(message, from, messageSize) ? null : Violation.INVALID_TEXT;
    }

    /** Exactly what is needed when the frame came in one piece: then the array is handed up without a copy. */
    private void makeRoom(int n) {
        int needed = messageSize + n;
        if (needed > message.length) {
            long whole = messageSize + n + length;
            message = Arrays.copyOf(message, (int) Math.max(needed, Math.min(whole, 2L * message.length)));
        }
    }

    private void unmask(ByteBuf in, byte[] to, int from, int n) {
        in.readBytes(to, from, n);
        for (int i = 0; i < n; i++) {
            to[from + i] ^= mask[(maskAt + i) & 3];
        }
        maskAt = (maskAt + n) & 3;
    }

    private @Nullable Violation endData(Heard heard) {
        boolean whole = fin && opcode != CONTINUATION && messageSize > 0;
        if (!whole) {
            heard.fragment();
        }
        if (!fin) {
            return null;
        }
        boolean text = messageKind == TEXT;
        boolean valid = !text || utf8.complete();
        byte[] payload = message.length == messageSize ? message : Arrays.copyOf(message, messageSize);
        messageKind = CONTINUATION;
        message = NOTHING;
        messageSize = 0;
        utf8.reset();
        if (!valid) {
            return Violation.INVALID_TEXT;
        }
        // The fragment just counted may have been one too many.
        if (heard.listening()) {
            heard.message(text, payload);
        }
        return null;
    }

    private @Nullable Violation endControl(Heard heard) {
        return switch (opcode) {
            case PING -> {
                heard.ping(control);
                yield null;
            }
            case PONG -> {
                heard.pong();
                yield null;
            }
            default -> endClose(heard);
        };
    }

    private @Nullable Violation endClose(Heard heard) {
        if (control.length == 0) {
            heard.close(0, "");
            return null;
        }
        int code = (control[0] & 0xFF) << 8 | (control[1] & 0xFF);
        if (!mayBeSent(code)) {
            return Violation.BAD_CLOSE;
        }
        var reason = new Utf8Check();
        if (!reason.accepts(control, 2, control.length) || !reason.complete()) {
            return Violation.INVALID_TEXT;
        }
        heard.close(code, new String(control, 2, control.length - 2, StandardCharsets.UTF_8));
        return null;
    }

    /** RFC 6455 section 7.4 and the registry: 1004 to 1006 and 1015 never cross the wire. */
    private static boolean mayBeSent(int code) {
        return between(1000, code, 1003) || between(1007, code, 1014) || between(3000, code, 4999);
    }

    private static boolean between(int least, int code, int most) {
        return least <= code && code <= most;
    }
}
