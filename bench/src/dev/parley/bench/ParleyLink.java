package dev.parley.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.UUID;

/**
 * Reads what Parley says by its place in the frame: the fields have a fixed order and, up to the first number, a fixed
 * width. Each entry must be the one after the last.
 */
final class ParleyLink extends Link {
    private static final int KIND = "{\"type\":\"".length();
    private static final int OK_NUMBER = "{\"type\":\"ok\",\"re\":\"".length();
    private static final int ID = 36;
    private static final int ENTRY_SEQ = "{\"type\":\"entry\",\"room\":\"\",\"seq\":".length() + ID;
    private static final int ENTRIES_FROM = "{\"type\":\"entries\",\"room\":\"\",\"from\":".length() + ID;
    /** Between an entry's seq and its cid: {@code ,"kind":"message","by":"…","at":"} and at least the date. */
    private static final int BEFORE_CID = ",\"kind\":\"message\",\"by\":\"\",\"at\":\"2026-01-01T00:00:00".length() + ID;

    private final boolean sampled;
    private final List<SendFrame> asides;
    private long next;

    /**
     * @param next the first seq that it must hear
     * @param room in which it reads and sends
     */
    ParleyLink(SocketChannel channel, SendFrame send, int window, UUID room, long next, boolean sampled) {
        super(channel, send, window);
        this.next = next;
        this.sampled = sampled;
        this.asides = List.of(
                new SendFrame("{\"type\":\"typing\",\"room\":\"%s\",\"on\":true}".formatted(room)),
                new SendFrame("{\"type\":\"history\",\"id\":\"%s\",\"room\":\"%s\",\"limit\":50}"
                        .formatted(SendFrame.NUMBER, room)));
    }

    /** The last seq that it has heard; 0 if none. */
    long cursor() {
        return next - 1;
    }

    @Override
    void aside(int turn, Load load) throws IOException {
        // Two by two, so that each link has its turn with both.
        var frame = asides.get(turn / 2 % asides.size());
        if (fits(frame)) {
            put(frame, frame.isNumbered() ? load.nextAside() : 0);
            say(load);
        }
    }

    @Override
    void text(ByteBuffer in, int from, int length, Load load) {
        switch (in.get(from + KIND)) {
            case 'o' -> {
                answered(number(in, from + OK_NUMBER), load);
            }
            case 'c' -> {} // caught_up
            case 'e' -> entry(in, from, length, load);
            case 'p', 't' -> {} // a ping of the protocol asks for nothing, nor does typing
            default -> load.fault(ascii(in, from, length));
        }
    }

    private void entry(ByteBuffer in, int from, int length, Load load) {
        switch (in.get(from + KIND + "entr".length())) {
            case 'y' -> {
                long seq = number(in, from + ENTRY_SEQ);
                take(seq, seq, load);
                if (sampled) {
                    load.deliveryOf(cidNumber(in, from + ENTRY_SEQ + BEFORE_CID));
                }
            }
            case 'i' -> {
                long first = number(in, from + ENTRIES_FROM);
                long last = number(in, from + ENTRIES_FROM + digits(first) + ",\"to\":".length());
                take(first, last, load);
                if (sampled) {
                    int at = from;
                    for (long seq = first; seq <= last; seq++) {
                        at = cid(in, at);
                        load.deliveryOf(number(in, at));
                    }
                }
            }
            default -> load.fault(ascii(in, from, length));
        }
    }

    private void take(long first, long last, Load load) {
        if (first != next || last < first) {
            load.fault("entries " + first + " to " + last + " where " + next + " is due");
        }
        next = last + 1;
        load.delivered(last - first + 1);
    }

    private static int digits(long number) {
        return Long.toString(number).length();
    }
}
