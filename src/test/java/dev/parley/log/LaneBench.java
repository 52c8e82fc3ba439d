package dev.parley.log;

import dev.parley.protocol.EncodedEntry;
import dev.parley.trace.Tracing;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/** A lane on a bench: its loop, its clock, its pauses and its store are turned by hand. */
final class LaneBench {
    static final UUID ROOM = new UUID(0, 1);

    final Deque<Runnable> loop = new ArrayDeque<>();
    final List<Runnable> pauses = new ArrayList<>();
    /** What the store was asked and has not answered: at most one transaction, if the lane keeps its word. */
    final Deque<Transaction> open = new ArrayDeque<>();
    /** The cids of each transaction that the store was ever asked for, in order. */
    final List<List<String>> asked = new ArrayList<>();
    /** What senders and the log were told, in order: {@code cid=outcome} and {@code committed:cid,cid}. */
    final List<String> told = new ArrayList<>();

    final Map<String, List<Appended>> outcomes = new LinkedHashMap<>();
    final Lane lane;
    long now;
    private final Supplier<Long> seqs;

    record Transaction(List<Line> lines, Promise<List<Appended>> answer) {
        List<String> cids() {
            return lines.stream().map(Line::cid).toList();
        }
    }

    LaneBench(LogConfig config) {
        var last = new long[1];
        seqs = () -> ++last[0];
        lane = new Lane(
                new Commits(new Store(), Tracing.off()),
                config,
                loop::add,
                (_, work) -> pauses.add(work),
                () -> now,
                this::committed);
    }

    LaneBench() {
        this(new FixedLogConfig());
    }

    /** Gives the lane a message under that cid. */
    void sends(String cid) {
        sends(cid, Kind.MESSAGE, "{}");
    }

    void sends(String cid, Kind kind, String payload) {
        sends(ROOM, cid, kind, payload);
    }

    /** Gives the lane a message for that room. */
    void sends(UUID room, String cid) {
        sends(room, cid, Kind.MESSAGE, "{}");
    }

    private void sends(UUID room, String cid, Kind kind, String payload) {
        lane.append(new Line(room, ROOM, cid, kind, payload), Tracing.NONE, outcome -> {
            outcomes.computeIfAbsent(cid, _ -> new ArrayList<>()).add(outcome);
            told.add(cid + "=" + outcome.getClass().getSimpleName());
        });
    }

    /** Lets the loop do all that it has to do. */
    void runs() {
        for (var work = loop.poll(); work != null; work = loop.poll()) {
            work.run();
        }
    }

    /** The store answers that all is committed. */
    void commits() {
        var transaction = open.remove();
        transaction
                .answer()
                .complete(transaction.lines().stream()
                        .<Appended>map(_ -> new Appended.Written(seqs.get(), Instant.EPOCH))
                        .toList());
        runs();
    }

    void fails(Throwable fault) {
        open.remove().answer().fail(fault);
        runs();
    }

    /** Ends the pauses that the lane has taken. */
    void pausesEnd() {
        var ended = List.copyOf(pauses);
        pauses.clear();
        ended.forEach(Runnable::run);
        runs();
    }

    void passes(Duration time) {
        now += time.toNanos();
    }

    /** What was told of that cid; fails if that is not exactly one outcome. */
    Appended outcome(String cid) {
        var all = outcomes.getOrDefault(cid, List.of());
        if (all.size() != 1) {
            throw new AssertionError(cid + " was told " + all);
        }
        return all.getFirst();
    }

    private void committed(List<Waiting> batch, List<Appended> outcomes) {
        told.add("committed:"
                + String.join(
                        ",", batch.stream().map(waiting -> waiting.line().cid()).toList()));
    }

    private Future<List<Appended>> ask(List<Line> lines) {
        var transaction = new Transaction(List.copyOf(lines), Promise.promise());
        open.add(transaction);
        asked.add(transaction.cids());
        return transaction.answer().future();
    }

    private final class Store implements EntryStore {
        @Override
        public Future<List<Appended>> append(List<Line> lines) {
            return ask(lines);
        }

        @Override
        public Future<Appended> change(Line line) {
            return ask(List.of(line)).map(List::getFirst);
        }

        @Override
        public Future<List<EncodedEntry>> above(UUID room, long after, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<List<EncodedEntry>> below(UUID room, long before, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Map<UUID, Long>> heads(Collection<UUID> rooms) {
            throw new UnsupportedOperationException();
        }
    }
}
