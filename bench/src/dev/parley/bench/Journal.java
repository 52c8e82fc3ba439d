package dev.parley.bench;

import dev.parley.testing.Checker;
import dev.parley.testing.History;
import dev.parley.testing.History.Event;
import dev.parley.testing.History.Said;
import dev.parley.testing.StoredLog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * What the clients of one run did and saw, in the order in which they did: for the checker of the fault suite. Written by
 * the thread of the load, a few numbers an event; {@link Event}s are made of them afterwards.
 */
final class Journal {
    private static final int SAID = 0;
    private static final int ANSWERED = 1;
    private static final int DELIVERED = 2;
    private static final int KIND_BITS = 2;
    private static final int FLAWS_SHOWN = 3;

    /** Who may say something, and where. */
    private record Voice(UUID room, UUID account, byte[] by) {}

    private final String tag;
    private final List<Event> beginning = new ArrayList<>();
    private final List<Voice> voices = new ArrayList<>();
    /** Of each number the voice; numbers begin at {@link SendFrame#FIRST_NUMBER}. */
    private final Longs speakers = new Longs();
    /** Kind, who and what in the first, the seq in the second; in what is said there is no second. */
    private final Longs events = new Longs();

    Journal(String tag) {
        this.tag = tag;
    }

    /** Longs without boxes. */
    private static final class Longs {
        private long[] all = new long[1 << 12];
        private int size;

        void add(long value) {
            if (size == all.length) {
                all = Arrays.copyOf(all, size * 2);
            }
            all[size++] = value;
        }
    }

    /** Before the load: that a command was given and, at that seq, done. */
    void done(UUID room, UUID account, String cid, long seq) {
        var said = new Said(room, account, cid);
        beginning.add(new Event.Invoked(said));
        beginning.add(new Event.Acknowledged(said, seq, false));
    }

    /** Somebody who says or reads something in a room; returns the number of this voice. */
    int voice(UUID room, UUID account) {
        voices.add(new Voice(room, account, account.toString().getBytes(StandardCharsets.US_ASCII)));
        return voices.size() - 1;
    }

    /** A voice reads its room from above {@code since} on, and to the end. */
    void reads(int voice, long since) {
        beginning.add(new Event.Subscribed(reader(voice), voices.get(voice).room(), since));
    }

    /** The send of that number, each the one after the last, is about to go out. */
    void said(int voice, long number) {
        speakers.add(voice);
        events.add(event(SAID, voice, number));
    }

    void answered(long number, long seq) {
        events.add(event(ANSWERED, 0, number));
        events.add(seq);
    }

    void delivered(int reader, long number, long seq) {
        events.add(event(DELIVERED, reader, number));
        events.add(seq);
    }

    /** As it stands in a frame: the account that said the send of that number; null if nobody has. */
    byte[] by(long number) {
        long index = number - SendFrame.FIRST_NUMBER;
        return index < 0 || index >= speakers.size ? null : voices.get((int) speakers.all[(int) index]).by();
    }

    /** What the checker has against it; empty if nothing. */
    String complaint(StoredLog stored) {
        var flaws = Checker.flaws(history(), stored);
        return flaws.isEmpty()
                ? ""
                : flaws.size() + " flaws: "
                        + flaws.stream().limit(FLAWS_SHOWN).toList();
    }

    private History history() {
        var history = new History();
        beginning.forEach(history::add);
        var said = new ArrayList<Said>(speakers.size);
        for (int i = 0; i < events.size; i++) {
            long event = events.all[i];
            int index = (int) (event >>> KIND_BITS);
            int voice = (int) (event >>> KIND_BITS + Integer.SIZE);
            switch ((int) event & (1 << KIND_BITS) - 1) {
                case SAID -> {
                    var who = voices.get(voice);
                    said.add(new Said(who.room(), who.account(), tag + "-" + (SendFrame.FIRST_NUMBER + index)));
                    history.add(new Event.Invoked(said.getLast()));
                }
                case ANSWERED -> history.add(new Event.Acknowledged(said.get(index), events.all[++i], false));
                default -> history.add(new Event.Delivered(reader(voice), events.all[++i], said.get(index)));
            }
        }
        return history;
    }

    /** A number takes 32 bits here: the load would take hours to say more. */
    private static long event(int kind, int voice, long number) {
        return (long) voice << Integer.SIZE + KIND_BITS | number - SendFrame.FIRST_NUMBER << KIND_BITS | kind;
    }

    private static String reader(int voice) {
        return "reader " + voice;
    }
}
