package dev.parley.bench;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * One client of the load: a WebSocket on a bare channel. It cuts frames out of what was read, in place, and leaves to its
 * heirs what a frame says. Confined to the thread of its {@link Load}.
 */
abstract class Link {
    /** Delivery times of one reader in so many are taken. */
    static final int SAMPLE = 16;

    /** For pongs and asides. */
    private static final int SPACE = 512;

    private static final int PING = 0x89;
    private static final int MINIMAL = 2;

    private final SocketChannel channel;
    private final SendFrame send;
    private int window;
    private final ByteBuffer out;
    private byte[] leftover;
    private SelectionKey key;
    private int owed;

    /** @param send what it sends, {@code window} at a time, or at the load's rate if that is 0; null if it only reads */
    Link(SocketChannel channel, SendFrame send, int window) {
        this.channel = channel;
        this.send = send;
        this.window = window;
        this.out = ByteBuffer.allocateDirect(send == null ? SPACE : (window + 1) * send.length() + SPACE);
        this.owed = send == null ? 0 : window;
    }

    /** A whole frame of text or of bytes, which lies in {@code in} at {@code from}. */
    abstract void text(ByteBuffer in, int from, int length, Load load);

    /** The send of that number is about to go out. */
    void said(long number) {}

    void register(Selector selector) throws IOException {
        channel.configureBlocking(false);
        key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    void close() throws IOException {
        channel.close();
    }

    /** Takes the answer to the send of that number; in a closed load, that has the next one go out. */
    void answered(long number, Load load) {
        load.answered(number);
        if (window > 0) {
            owe();
        }
    }

    /** Has one more send go out with the next {@link #say}. */
    void owe() {
        owed++;
    }

    /** From now on it sends when the load says so, and only then. */
    void slowDown() {
        window = 0;
        owed = 0;
    }

    boolean sends() {
        return send != null;
    }

    /** Something beside the sends, the {@code turn}-th of all links; the number is its own if it wants an answer. */
    void aside(int turn, Load load) throws IOException {
        throw new UnsupportedOperationException("this dialect has no asides");
    }

    boolean fits(SendFrame frame) {
        return out.remaining() >= frame.length() + SPACE / 2;
    }

    /** Has a frame go out before the next sends; it must fit. */
    void put(SendFrame frame, long number) {
        frame.put(out, number);
    }

    /** Whether a send is due that its socket has not taken. */
    boolean owes() {
        return owed > 0;
    }

    void readable(ByteBuffer in, Load load) throws IOException {
        in.clear();
        if (leftover != null) {
            in.put(leftover);
            leftover = null;
        }
        if (channel.read(in) < 0) {
            throw new EOFException("the server closed a connection");
        }
        in.flip();
        load.tick();
        while (frame(in, load)) {}
        if (in.hasRemaining()) {
            leftover = new byte[in.remaining()];
            in.get(leftover);
        }
        say(load);
    }

    /** Writes what is owed, as one. */
    void say(Load load) throws IOException {
        if (send != null && load.isSending()) {
            for (; owed > 0 && fits(send); owed--) {
                long number = load.nextNumber();
                said(number);
                send.put(out, number);
            }
        }
        if (out.position() == 0) {
            return;
        }
        out.flip();
        channel.write(out);
        int interest = out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        out.compact();
        if (key != null && key.interestOps() != interest) {
            key.interestOps(interest);
        }
    }

    /** Answers in kind, ahead of all sends. */
    void reply(String text) {
        out.put(SendFrame.masked(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private boolean frame(ByteBuffer in, Load load) {
        int start = in.position();
        int available = in.remaining();
        if (available < MINIMAL) {
            return false;
        }
        int length = in.get(start + 1) & 0x7F;
        int header = MINIMAL;
        if (length >= 126) {
            header = length == 126 ? 4 : 10;
            if (available < header) {
                return false;
            }
            length = length == 126 ? in.getShort(start + 2) & 0xFFFF : (int) in.getLong(start + 2);
        }
        if (available < header + length) {
            return false;
        }
        int from = start + header;
        switch (in.get(start) & 0xFF) {
            case SendFrame.TEXT, SendFrame.BINARY -> text(in, from, length, load);
            case PING -> {
                var payload = new byte[length];
                in.get(from, payload);
                out.put(SendFrame.masked(0x8A, payload));
            }
            default -> load.fault("frame " + Integer.toHexString(in.get(start) & 0xFF));
        }
        in.position(from + length);
        return true;
    }

    /** The decimal number that begins there. */
    static long number(ByteBuffer in, int at) {
        long number = 0;
        for (int i = at; in.get(i) >= '0' && in.get(i) <= '9'; i++) {
            number = number * 10 + in.get(i) - '0';
        }
        return number;
    }

    /** The number in the first cid behind that place: {@code "cid":"12345678-1234567890"}. */
    static long cidNumber(ByteBuffer in, int at) {
        return number(in, cid(in, at));
    }

    /** Where that number begins. */
    static int cid(ByteBuffer in, int at) {
        int i = at;
        while (in.get(i) != 'c' || in.get(i + 1) != 'i' || in.get(i + 2) != 'd' || in.get(i + 3) != '"') {
            i++;
        }
        return i + "cid\":\"12345678-".length();
    }

    static String ascii(ByteBuffer in, int from, int length) {
        var bytes = new byte[Math.min(length, 300)];
        in.get(from, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
