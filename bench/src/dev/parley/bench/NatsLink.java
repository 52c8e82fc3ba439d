package dev.parley.bench;

import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Reads what NATS says by its place in a message: all have fixed widths, up to the length of an answer. Messages know
 * nothing of frames: one frame has many, and may end within one.
 */
final class NatsLink extends Link {
    /** The subscriptions that messages come by. */
    static final char ROOM = '1';

    static final char ANSWERS = '2';

    /** Behind {@code MSG }, where the subject begins, everything that it says differs. */
    private static final int KIND = "MSG ".length();

    private static final int PING = "PING\r\n".length();

    private static final String ANSWER = "ack.12345678.10000.1234567890";
    private static final int ANSWER_NUMBER = "MSG ack.12345678.10000.".length();
    /** JetStream names no subject for an answer to its answer, but leaves the space for it. */
    private static final int ANSWER_LENGTH = ("MSG " + ANSWER + " 2  ").length();
    /** The length has two digits: what it says is 26 bytes and, by the digits of the stream's count, up to 45. */
    private static final int ANSWER_TEXT = ANSWER_LENGTH + "26\r\n".length();

    private static final int PAYLOAD =
            NatsDialect.PAYLOAD.formatted("12345678", SendFrame.NUMBER, SendFrame.BODY).length();
    private static final String HEAD = "MSG room.12345678.12345678-1234-1234-1234-123456789012 1 " + ANSWER;
    private static final int NUMBER = HEAD.length() - SendFrame.NUMBER.length();
    private static final int DELIVERY = (HEAD + " " + PAYLOAD + "\r\n\r\n").length() + PAYLOAD;

    private static final SendFrame PONG = new SendFrame(SendFrame.BINARY, "PONG\r\n");

    private final boolean sampled;
    private byte[] begun = {};

    NatsLink(SocketChannel channel, SendFrame send, int window, boolean sampled) {
        super(channel, send, window);
        this.sampled = sampled;
    }

    @Override
    void text(ByteBuffer in, int from, int length, Load load) {
        if (begun.length == 0) {
            take(in, from, from + length, load);
        } else {
            var whole = ByteBuffer.allocate(begun.length + length).put(begun).put(in.slice(from, length));
            take(whole, 0, whole.capacity(), load);
        }
    }

    /** Takes the messages that are whole, and keeps the beginning of one that is not. */
    private void take(ByteBuffer in, int from, int end, Load load) {
        int at = from;
        for (int length = length(in, at, end); length <= end - at; length = length(in, at, end)) {
            message(in, at, length, load);
            at += length;
        }
        begun = new byte[end - at];
        in.get(at, begun);
    }

    /** Of the message that begins there; more than there is, if it cannot be told yet. */
    private static int length(ByteBuffer in, int at, int end) {
        if (end - at <= KIND) {
            return Integer.MAX_VALUE;
        }
        return switch (in.get(at + KIND)) {
            case 'r' -> DELIVERY;
            case 'a' -> end - at < ANSWER_TEXT
                    ? Integer.MAX_VALUE
                    : ANSWER_TEXT + (int) number(in, at + ANSWER_LENGTH) + "\r\n".length();
            case '\r' -> PING;
            default -> end - at;
        };
    }

    private void message(ByteBuffer in, int at, int length, Load load) {
        switch (in.get(at + KIND)) {
            case 'r' -> {
                load.delivered(1);
                if (sampled) {
                    load.deliveryOf(number(in, at + NUMBER));
                }
            }
            case 'a' -> answer(in, at, length, load);
            case '\r' -> put(PONG, 0);
            default -> load.fault(ascii(in, at, length));
        }
    }

    /** {@code {"stream":…,"seq":…}} if the stream has the message, {@code {"error":…}} if not. */
    private void answer(ByteBuffer in, int at, int length, Load load) {
        if (in.get(at + ANSWER_TEXT + "{\"".length()) == 's') {
            answered(number(in, at + ANSWER_NUMBER), load);
        } else {
            load.fault(ascii(in, at, length));
        }
    }
}
