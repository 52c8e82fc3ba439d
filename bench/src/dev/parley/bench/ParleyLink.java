package dev.parley.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.UUID;

/**
 * Reads what Parley says by its place in the frame: the fields have a fixed order and, up to the first number, a fixed
 * width. Each entry must be the one after the last. Answers, and what every {@link Link#SAMPLE}th reader is delivered, go
 * into the journal.
 */
final class ParleyLink extends Link {
    private static final int KIND = "{\"type\":\"".length();
    private static final int OK_NUMBER = "{\"type\":\"ok\",\"re\":\"".length();
    private static final int ID = 36;
    private static final int SEQ = "\",\"room\":\"\",\"seq\":".length() + ID;
    private static final int NUMBER = SendFrame.NUMBER.length();
    private static final int ENTRY_SEQ = "{\"type\":\"entry\",\"room\":\"\",\"seq\":".length() + ID;
    private static final int ENTRIES_FROM = "{\"type\":\"entries\",\"room\":\"\",\"from\":".length() + ID;
    /** Between an entry's seq and its cid: {@code ,"kind":"message","by":"…","at":"} and at least the date. */
    private static final int BEFORE_CID = ",\"kind\":\"message\",\"by\":\"\",\"at\":\"2026-01-01T00:00:00".length() + ID;

    private static final int QUESTION = 2;
    private static final int BY = ",\"kind\":\"message\",\"by\":\"".length();

    private final Journal journal;
    private final int voice;
    private final boolean sampled;
    private final List<SendFrame> asides;
    private long next;

    /**
     * @param voice whose it is, in the journal
     * @param next the first seq that it must hear
     * @param room in which it reads and sends
     */
    ParleyLink(
            SocketChannel channel,
            SendFrame send,
            int window,
            UUID room,
            long next,
            boolean sampled,
            Journal journal,
            int voice) {
        super(channel, send, window);
        this.journal = journal;
        this.voice = voice;
        this.next = next;
        this.sampled = sampled;
        this.asides = List.of(
                new SendFrame("{\"type\":\"typing\",\"room\":\"%s\",\"on\":true}".formatted(room)),
                new SendFrame("{\"type\":\"history\",\"id\":\"%s\",\"room\":\"%s\",\"limit\":50}"
                        .formatted(SendFrame.NUMBER, room)),
                new SendFrame("{\"type\":\"presence\",\"id\":\"%s\",\"room\":\"%s\",\"watch\":%b}"
                        .formatted(SendFrame.NUMBER, room, sampled)));
    }

    /** The last seq that it has heard; 0 if none. */
    long cursor() {
        return next - 1;
    }

    @Override
    void aside(int turn, Load load) throws IOException {
        // Two by two, so that each link has its turn with all.
        int kind = turn / 2 % asides.size();
        var frame = asides.get(kind);
        if (fits(frame)) {
            put(frame, frame.isNumbered() ? load.nextAside(kind == QUESTION) : 0);
            say(load);
        }
    }

    @Override
    void text(ByteBuffer in, int from, int length, Load load) {
        switch (in.get(from + KIND)) {
            case 'o' -> {
                long number = number(in, from + OK_NUMBER);
                answered(number, load);
                if (number < SendFrame.FIRST_ASIDE) {
                    journal.answered(number, number(in, from + OK_NUMBER + NUMBER + SEQ));
                }
            }
            case 'c' -> {} // caught_up
            case 'e' -> entry(in, from, length, load);
            case 'p', 't' -> {} // a ping of the protocol asks for nothing, nor do presence and typing
            default -> load.fault(ascii(in, from, length));
        }
    }

    private void entry(ByteBuffer in, int from, int length, Load load) {
        switch (in.get(from + KIND + "entr".length())) {
            case 'y' -> {
                long seq = number(in, from + ENTRY_SEQ);
                take(seq, seq, load);
                if (sampled) {
                    hear(in, from + ENTRY_SEQ + digits(seq), seq, load);
                }
            }
            case 'i' -> {
                long first = number(in, from + ENTRIES_FROM);
                long last = number(in, from + ENTRIES_FROM + digits(first) + ",\"to\":".length());
                take(first, last, load);
                if (sampled) {
                    int at = from + ENTRIES_FROM;
                    for (long seq = first; seq <= last; seq++) {
                        at = behindSeq(in, at);
                        at = hear(in, at, seq, load);
                    }
                }
            }
            default -> load.fault(ascii(in, from, length));
        }
    }

    /** An entry of whose fields those behind the seq begin there. Returns where the number in its cid is. */
    private int hear(ByteBuffer in, int at, long seq, Load load) {
        int place = cid(in, at + BEFORE_CID);
        long number = number(in, place);
        load.deliveryOf(number);
        var by = journal.by(number);
        if (by == null || in.slice(at + BY, ID).compareTo(ByteBuffer.wrap(by)) != 0) {
            load.fault(seq + " is said to be " + ascii(in, at, BEFORE_CID));
        } else {
            journal.delivered(voice, number, seq);
        }
        return place;
    }

    /** The place behind the digits of the next seq. */
    private static int behindSeq(ByteBuffer in, int at) {
        int i = at;
        while (in.get(i) != 's' || in.get(i + 1) != 'e' || in.get(i + 2) != 'q' || in.get(i + 3) != '"') {
            i++;
        }
        for (i += "seq\":".length(); in.get(i) >= '0' && in.get(i) <= '9'; ) {
            i++;
        }
        return i;
    }

    @Override
    void said(long number) {
        journal.said(voice, number);
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
