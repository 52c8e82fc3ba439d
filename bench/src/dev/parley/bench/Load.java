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
    /** Prime, so that all have their turn, and not neighbours after each other: they are in one room. */
    private static final long STRIDE = 7919;

    private static final int BUFFER = 4 << 20;

    private final Scenario scenario;
    private final List<? extends Link> links;
    private final long[] sentAt = new long[RING];
    private final long[] asidesAt = new long[RING];
    private final BitSet acked = new BitSet();
    private final BitSet questions = new BitSet();
    private final Histogram ackTimes = new Histogram();
    private final Histogram deliveryTimes = new Histogram();
    private final Histogram pageTimes = new Histogram();
    private final Histogram questionTimes = new Histogram();
    private final Histogram lateness = new Histogram();
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER);

    private long now;
    private boolean sending;
    private final Pace sends;
    private final Pace asides;
    private final List<? extends Link> senders;
    private long asked;
    private long told;
    private long sent;
    private long answered;
    private long delivered;
    private long faults;
    private String firstFault = "";

    Load(Scenario scenario, List<? extends Link> links) {
        this.scenario = scenario;
        this.links = links;
        this.senders = links.stream().filter(Link::sends).toList();
        this.sends = new Pace(scenario.rate());
        this.asides = new Pace(scenario.asides());
    }

    /** Things that are due at a fixed rate; a rate of 0 is never. */
    private static final class Pace {
        private final long period;
        private long due = Long.MAX_VALUE;
        private int turn;

        Pace(int rate) {
            period = rate == 0 ? 0 : Duration.ofSeconds(1).toNanos() / rate;
        }

        void begin(long now) {
            due = period == 0 ? Long.MAX_VALUE : now;
        }

        void passed() {
            due += period;
            turn++;
        }
    }

    /**
     * What was counted within the measured time, and over the whole run.
     *
     * @param acks answers a second
     * @param deliveries a second
     * @param pageP50 milliseconds until a page of history is answered; NaN if none was asked for
     * @param questionP50 the same of a question who is online
     * @param lateP99 milliseconds by which the generator was behind its own rate
     * @param slowdown of the cores ({@link Cores}) before or after, whichever is more; NaN if nobody looked
     */
    record Outcome(
            double acks,
            double deliveries,
            double ackP50,
            double ackP99,
            double deliveryP50,
            double deliveryP99,
            double pageP50,
            double pageP99,
            double questionP50,
            double questionP99,
            double lateP99,
            Machine.Use use,
            double slowdown,
            long sent,
            String complaint) {
        /** The same with what became known after the load: how fast the cores are, and what else is wrong. */
        Outcome judged(double slowdown, String more) {
            var all = complaint.isEmpty() || more.isEmpty() ? complaint + more : complaint + "; " + more;
            return new Outcome(
                    acks, deliveries, ackP50, ackP99, deliveryP50, deliveryP99, pageP50, pageP99, questionP50, questionP99,
                    lateP99, use, slowdown, sent, all);
        }

        /** Whether somebody else used the cores. */
        boolean disturbed() {
            return use.foreign() > Machine.QUIET || slowdown > Cores.SLOW;
        }
    }

    Outcome run(Duration warmUp, Duration measured, Machine machine) throws IOException {
        try (var selector = Selector.open()) {
            begin(selector);
            sends.begin(now);
            asides.begin(now);
            turn(selector, now + warmUp.toNanos());
            ackTimes.clear();
            deliveryTimes.clear();
            pageTimes.clear();
            questionTimes.clear();
            lateness.clear();
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
                    pageTimes.millis(0.5),
                    pageTimes.millis(0.99),
                    questionTimes.millis(0.5),
                    questionTimes.millis(0.99),
                    lateness.millis(0.99),
                    use,
                    Double.NaN,
                    sent,
                    complaint());
        }
    }

    /** Sends as fast as the windows allow, until so many are answered; from then on only at the scenario's rate. */
    void fill(long entries) throws IOException {
        try (var selector = Selector.open()) {
            begin(selector);
            while (answered < entries) {
                turn(selector, now + 1);
            }
            sending = false;
            drain(selector);
        }
        senders.forEach(Link::slowDown);
    }

    /**
     * Sends at the scenario's rate until {@code reader} has been delivered so many entries; returns how many seconds that
     * took. Then it waits until all is answered, and read to the end.
     *
     * @param lines in the reader's room beside what is sent
     */
    double read(ParleyLink reader, long entries, long lines, Duration limit) throws IOException {
        try (var selector = Selector.open()) {
            long began = System.nanoTime();
            reader.register(selector);
            begin(selector);
            sends.begin(now);
            long deadline = now + limit.toNanos();
            while (delivered < entries && now < deadline) {
                turn(selector, now + 1);
            }
            double seconds = (now - began) / 1e9;
            sending = false;
            while ((answered < sent || reader.cursor() < sent + lines) && now < deadline) {
                turn(selector, now + Duration.ofMillis(20).toNanos());
            }
            if (reader.cursor() < sent + lines) {
                fault("%d of %d read".formatted(delivered, entries));
            }
            if (faults > 0) {
                throw new IOException(firstFault);
            }
            return seconds;
        }
    }

    long sent() {
        return sent;
    }

    private void begin(Selector selector) throws IOException {
        for (var link : links) {
            link.register(selector);
        }
        sending = true;
        tick();
        for (var link : links) {
            link.say(this);
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

    /** @param question whether it asks who is online, else it is a page of history */
    long nextAside(boolean question) {
        questions.set((int) asked, question);
        asidesAt[(int) asked & RING - 1] = now;
        return SendFrame.FIRST_ASIDE + asked++;
    }

    /** The send, or the aside, of that number is answered by ok. */
    void answered(long number) {
        if (number >= SendFrame.FIRST_ASIDE) {
            told++;
            int aside = (int) (number - SendFrame.FIRST_ASIDE);
            (questions.get(aside) ? questionTimes : pageTimes).add(now - asidesAt[aside & RING - 1]);
            return;
        }
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
        if (told != asked) {
            fault("%d of %d pages and questions answered".formatted(told, asked));
        }
        if (delivered != expected) {
            fault("%d of %d delivered".formatted(delivered, expected));
        }
        return faults == 0 ? "" : faults + " faults, first: " + firstFault;
    }

    private void drain(Selector selector) throws IOException {
        long deadline = System.nanoTime() + DRAIN_LIMIT.toNanos();
        while ((answered < sent || told < asked || delivered < sent * scenario.readers())
                && System.nanoTime() < deadline) {
            turn(selector, System.nanoTime() + Duration.ofMillis(20).toNanos());
        }
    }

    private void turn(Selector selector, long until) throws IOException {
        while (now < until) {
            if (sending) {
                pace();
            }
            selector.select(this::ready, patience(until));
            tick();
        }
    }

    private void pace() throws IOException {
        for (; sends.due <= now; sends.passed()) {
            var link = senders.get((int) (sends.turn * STRIDE % senders.size()));
            lateness.add(now - sends.due);
            link.owe();
            link.say(this);
            if (link.owes()) {
                fault("the server did not take sends at that rate");
            }
        }
        for (; asides.due <= now; asides.passed()) {
            links.get((int) (asides.turn * STRIDE % links.size())).aside(asides.turn, this);
        }
    }

    /** Milliseconds to wait; at least one, since that is the shortest that a selector knows. */
    private long patience(long until) {
        long next = sending ? Math.min(until, Math.min(sends.due, asides.due)) : until;
        return Math.max(1, (next - now) / 1_000_000);
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
