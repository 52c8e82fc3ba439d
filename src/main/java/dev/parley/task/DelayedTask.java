package dev.parley.task;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Short work that is due once, a while after it was asked for; as many at a time as are asked for. */
final class DelayedTask implements Task {
    private final String name;
    private final Vertx vertx;
    private final Runs runs;
    private final AtomicInteger pending = new AtomicInteger();
    /** Raised by each cancellation: what was asked for before it does nothing when it is due. */
    private final AtomicInteger cancellations = new AtomicInteger();

    DelayedTask(String name, Vertx vertx, Runs runs) {
        this.name = name;
        this.vertx = vertx;
        this.runs = runs;
    }

    /** Runs the work on the caller's event loop, or on some event loop if it is on none. */
    void after(Duration delay, Runnable work) {
        int asked = cancellations.get();
        pending.incrementAndGet();
        vertx.setTimer(Math.max(1, delay.toMillis()), _ -> {
            pending.decrementAndGet();
            if (asked == cancellations.get()) {
                run(work);
            }
        });
    }

    private void run(Runnable work) {
        long began = System.nanoTime();
        var outcome = TaskOutcome.FAILED;
        Throwable fault = null;
        try {
            work.run();
            outcome = TaskOutcome.SUCCEEDED;
        } catch (RuntimeException | Error thrown) { // it costs this run, not the event loop's other work
            fault = thrown;
        }
        runs.ended(outcome, System.nanoTime() - began, fault);
    }

    @Override
    public void cancel() {
        cancellations.incrementAndGet();
    }

    /** What is due does nothing any more; what runs is over in a moment. */
    @Override
    public boolean awaitIdle(Duration limit) {
        return true;
    }

    @Override
    public TaskView view() {
        var tally = runs.tally();
        var last = tally.last();
        return new TaskView(
                name,
                TaskKind.DELAYED,
                "when asked for",
                false,
                tally.created(),
                tally.count(),
                tally.failures(),
                tally.skipped(),
                last == null ? null : last.outcome(),
                last == null ? null : last.ended(),
                last == null ? null : last.took(),
                null,
                null,
                pending.get());
    }
}
