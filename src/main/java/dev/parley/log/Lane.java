package dev.parley.log;

import dev.parley.database.Interrupted;
import io.opentelemetry.api.trace.Span;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Group commit without timers: one transaction in flight, and while it is, the next one gathers. An idle lane writes at
 * once, a busy one batches by itself. All state but the queue is confined to {@code loop}.
 *
 * <p>Lines leave in the order in which they came, whatever fails: a batch whose outcome is unknown is tried again, as it
 * was and before all others, until its lines run out of time; the cids make that safe. A batch that the store refuses is
 * halved until the line that it chokes on stands alone. A line that has run out of time is not tried any more: its sender
 * hears so no later than patience, one statement and one pause after it came. A room whose row somebody else holds goes
 * on a siding.
 */
final class Lane {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
    /** Each takes its time to notice a held room: few of them, of which some hold hundreds of rooms. */
    private static final int PARTS = 8;

    private final Commits commits;
    private final LogConfig config;
    private final Executor loop;
    private final BiConsumer<Duration, Runnable> delay;
    private final LongSupplier nanoTime;
    private final BiConsumer<List<Waiting>, List<Appended>> committed;

    private final ConcurrentLinkedQueue<Waiting> queue = new ConcurrentLinkedQueue<>();
    /** Shared with the sidings, like the bounds. */
    private final AtomicInteger queued;

    private final AtomicLong queuedCharacters;
    private final AtomicBoolean awake = new AtomicBoolean();
    /** Batches that go before the queue: to be tried again, or parts of one that failed. */
    private final ArrayDeque<List<Waiting>> first = new ArrayDeque<>();

    private final Sidings sidings;

    private boolean busy;
    private int failures;

    /**
     * @param delay runs something later, on any thread
     * @param committed told of each finished batch on {@code loop}, in order, after its senders; must not throw
     */
    Lane(
            Commits commits,
            LogConfig config,
            Executor loop,
            BiConsumer<Duration, Runnable> delay,
            LongSupplier nanoTime,
            BiConsumer<List<Waiting>, List<Appended>> committed) {
        this.commits = commits;
        this.config = config;
        this.loop = loop;
        this.delay = delay;
        this.nanoTime = nanoTime;
        this.committed = committed;
        this.queued = new AtomicInteger();
        this.queuedCharacters = new AtomicLong();
        this.sidings = new Sidings(config.sidings(), () -> new Lane(this));
    }

    /** A siding of the lane: on the same loop. */
    private Lane(Lane main) {
        this.commits = main.commits;
        this.config = main.config;
        this.loop = main.loop;
        this.delay = main.delay;
        this.nanoTime = main.nanoTime;
        this.committed = main.committed;
        this.queued = main.queued;
        this.queuedCharacters = main.queuedCharacters;
        this.sidings = new Sidings(0, () -> this);
    }

    /** Takes a line; any thread. The outcome is told once, on {@code loop} or, if the lane is full, at once. */
    void append(Line line, Span frame, Consumer<Appended> outcome) {
        if (!admits(line)) {
            outcome.accept(new Appended.Unavailable(config.retryAfter()));
            return;
        }
        queue.add(new Waiting(line, nanoTime.getAsLong() + config.patience().toNanos(), frame, outcome));
        wake();
    }

    /** Takes lines that another lane had; on the loop. */
    void shunt(List<Waiting> lines) {
        for (var waiting : lines) {
            if (admits(waiting.line())) {
                queue.add(waiting);
            } else {
                waiting.tell(new Appended.Unavailable(config.retryAfter()));
            }
        }
        wake();
    }

    /** Whether there is nothing that it has to write or to tell; on the loop. */
    boolean isIdle() {
        return !busy && first.isEmpty() && queue.isEmpty();
    }

    private void wake() {
        if (awake.compareAndSet(false, true)) {
            loop.execute(this::writeNext);
        }
    }

    int waiting() {
        return queued.get();
    }

    private boolean admits(Line line) {
        boolean fits = queued.incrementAndGet() <= config.queueLines();
        fits &= queuedCharacters.addAndGet(line.payload().length()) <= config.queueCharacters();
        if (!fits) {
            left(line);
        }
        return fits;
    }

    private void left(Line line) {
        queued.decrementAndGet();
        queuedCharacters.addAndGet(-line.payload().length());
    }

    private void writeNext() {
        awake.set(false);
        if (busy) {
            return;
        }
        var batch = nextBatch();
        if (batch == null) {
            return;
        }
        busy = true;
        var span = commits.begin(batch, failures + 1);
        commits.write(batch, span)
                .onComplete(result -> loop.execute(() -> {
                    if (result.succeeded()) {
                        succeeded(batch, result.result(), span);
                    } else {
                        failed(batch, result.cause());
                    }
                }));
    }

    /** The lines that go next: all for one transaction; null if there is none. */
    private @Nullable List<Waiting> nextBatch() {
        for (var batch = first.poll(); batch != null; batch = first.poll()) {
            var left = alive(batch);
            left.removeIf(sidings::take);
            if (!left.isEmpty()) {
                return left;
            }
        }
        giveUpQueued();
        var gathered = gathered();
        return gathered.isEmpty() ? null : gathered;
    }

    /** The first lines of the queue, as far as one transaction takes them. */
    private List<Waiting> gathered() {
        var batch = new ArrayList<Waiting>();
        var commands = new HashSet<Line.Command>();
        int characters = 0;
        for (var next = queue.peek(); next != null && fits(batch, characters, next.line()); next = queue.peek()) {
            if (commands.contains(next.line().command())) {
                break; // said again: what became of it the first time is known when this batch is written
            }
            left(next.line());
            queue.remove();
            if (!sidings.take(next)) {
                characters += next.line().payload().length();
                commands.add(next.line().command());
                batch.add(next);
            }
        }
        return batch;
    }

    private boolean fits(List<Waiting> batch, int characters, Line line) {
        return batch.isEmpty()
                || (batch.size() < config.batchLines()
                        && characters + line.payload().length() <= config.batchCharacters()
                        && !line.kind().changesRoom()
                        && !batch.getFirst().line().kind().changesRoom());
    }

    /** Lines queue in the order of their deadlines, nearly. */
    private void giveUpQueued() {
        for (var head = queue.peek(); head != null && isLate(head); head = queue.peek()) {
            left(queue.remove().line());
            head.tell(new Appended.Unavailable(config.retryAfter()));
        }
    }

    /** Those that still have time; the others are told. */
    private List<Waiting> alive(List<Waiting> batch) {
        var alive = new ArrayList<Waiting>(batch.size());
        for (var waiting : batch) {
            if (isLate(waiting)) {
                waiting.tell(new Appended.Unavailable(config.retryAfter()));
            } else {
                alive.add(waiting);
            }
        }
        return alive;
    }

    private boolean isLate(Waiting waiting) {
        return waiting.deadline() - nanoTime.getAsLong() <= 0;
    }

    private void succeeded(List<Waiting> batch, List<Appended> outcomes, Span span) {
        failures = 0;
        busy = false;
        writeNext(); // the next transaction is on its way while this one is told; its own end comes later on this loop
        try (var _ = commits.within(span)) {
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).tell(outcomes.get(i));
            }
            committed.accept(batch, outcomes);
        }
    }

    private void failed(List<Waiting> batch, Throwable fault) {
        if (fault instanceof Interrupted interrupted) {
            if (interrupted.isByLock()) {
                held(batch);
            } else {
                tryAgain(batch);
            }
            return;
        }
        failures = 0;
        busy = false;
        if (batch.size() == 1) {
            batch.getFirst().tell(new Appended.Faulty(fault));
        } else {
            int half = batch.size() / 2;
            first.addFirst(batch.subList(half, batch.size()));
            first.addFirst(batch.subList(0, half));
        }
        writeNext();
    }

    /** The row of some room is held by somebody else: nothing was written. Tried in parts, that room soon stands alone. */
    private void held(List<Waiting> batch) {
        var parts = Waiting.byRooms(batch, PARTS);
        if (parts.size() > 1) {
            parts.reversed().forEach(first::addFirst);
        } else if (!sidings.open(batch.getFirst().line().room(), batch)) {
            tryAgain(batch);
            return;
        }
        busy = false;
        writeNext();
    }

    private void tryAgain(List<Waiting> batch) {
        var alive = alive(batch);
        if (!alive.isEmpty()) {
            first.addFirst(alive);
        }
        giveUpQueued();
        delay.accept(
                pause(),
                () -> loop.execute(() -> {
                    busy = false;
                    writeNext();
                }));
    }

    /** Doubles with each failure, half of it by chance, so that lanes do not come back in step. */
    private Duration pause() {
        long full = Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << Math.min(failures++, 10));
        return Duration.ofMillis(full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1));
    }
}
