package dev.parley.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;

/**
 * Drives all connections of one run from one thread: warms up, measures, stops sending, waits until everything that must
 * still come has come. What does not come, comes twice or comes in a wrong order is a fault.
 */
final class Load {
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(60);
    private static final int RING = 1 << 20;
    private static final int BUFFER = 4 << 20;

    private final Scenario scenario;
    private final List<? extends Link> links;
    private final long[] sentAt = new long[RING];
    private final BitSet acked = new BitSet();
    private final Histogram ackTimes = new Histogram();
    private final Histogram deliveryTimes = new Histogram();
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER);

    private long now;
    private boolean sending;
    private long sent;
    private long answered;
    private long delivered;
    private long faults;
    private String firstFault = "";

    Load(Scenario scenario, List<? extends Link> links) {
        this.scenario = scenario;
        this.links = links;
    }

    /**
     * What was counted within the measured time, and over the whole run.
     *
     * @param acks answers a second
     * @param deliveries a second
     */
    record Outcome(
            double acks,
            double deliveries,
            double ackP50,
            double ackP99,
            double deliveryP50,
            double deliveryP99,
            Machine.Use use,
            long sent,
            String complaint) {
        Outcome andAlso(String more) {
            var all = complaint.isEmpty() || more.isEmpty() ? complaint + more : complaint + "; " + more;
            return new Outcome(acks, deliveries, ackP50, ackP99, deliveryP50, deliveryP99, use, sent, all);
        }
    }

    Outcome run(Duration warmUp, Duration measured, Machine machine) throws IOException {
        try (var selector = Selector.open()) {
            for (var link : links) {
                link.register(selector);
            }
            sending = true;
            tick();
            for (var link : links) {
                link.say(this);
            }
            turn(selector, now + warmUp.toNanos());
            ackTimes.clear();
            deliveryTimes.clear();
            long answeredBefore = answered;
            long deliveredBefore = delivered;
            long began = System.nanoTime();
            var before = machine.now();
            turn(selector, began + measured.toNanos());
            double seconds = (System.nanoTime() - began) / 1e9;
            var use = machine.now().since(before, seconds);
            double acks = (answered - answeredBefore) / seconds;
            double deliveries = (delivered - deliveredBefore) / seconds;
            sending = false;
            drain(selector);
            return new Outcome(
                    acks,
                    deliveries,
                    ackTimes.millis(0.5),
                    ackTimes.millis(0.99),
                    deliveryTimes.millis(0.5),
                    deliveryTimes.millis(0.99),
                    use,
                    sent,
                    complaint());
        }
    }

    void tick() {
        now = System.nanoTime();
    }

    boolean isSending() {
        return sending;
    }

    long nextNumber() {
        sentAt[(int) sent & RING - 1] = now;
        return SendFrame.FIRST_NUMBER + sent++;
    }

    /** The send of that number is answered by ok. */
    void answered(long number) {
        int index = (int) (number - SendFrame.FIRST_NUMBER);
        if (index < 0 || index >= sent || acked.get(index)) {
            fault("an answer that nobody waits for: " + number);
            return;
        }
        acked.set(index);
        answered++;
        ackTimes.add(now - sentAt[index & RING - 1]);
    }

    void delivered(long entries) {
        delivered += entries;
    }

    /** When the send of that number reached one of its readers; told for some of the readers only. */
    void deliveryOf(long number) {
        deliveryTimes.add(now - sentAt[(int) (number - SendFrame.FIRST_NUMBER) & RING - 1]);
    }

    void fault(String what) {
        faults++;
        if (faults == 1) {
            firstFault = what;
        }
    }

    private String complaint() {
        long expected = sent * scenario.readers();
        if (answered != sent) {
            fault("%d of %d sends answered".formatted(answered, sent));
        }
        if (delivered != expected) {
            fault("%d of %d delivered".formatted(delivered, expected));
        }
        return faults == 0 ? "" : faults + " faults, first: " + firstFault;
    }

    private void drain(Selector selector) throws IOException {
        long deadline = System.nanoTime() + DRAIN_LIMIT.toNanos();
        while ((answered < sent || delivered < sent * scenario.readers()) && System.nanoTime() < deadline) {
            turn(selector, System.nanoTime() + Duration.ofMillis(20).toNanos());
        }
    }

    private void turn(Selector selector, long until) throws IOException {
        while (now < until) {
            selector.select(this::ready, Math.max(1, (until - now) / 1_000_000));
            tick();
        }
    }

    private void ready(SelectionKey key) {
        var link = (Link) key.attachment();
        try {
            if (key.isReadable()) {
                link.readable(in, this);
            } else {
                link.say(this);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
