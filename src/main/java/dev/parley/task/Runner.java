package dev.parley.task;

import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Runs one task's work on the caller's virtual thread, never twice at a time, and can interrupt it. */
final class Runner {
    private static final Logger LOG = Logger.getLogger(Runner.class);

    private final Runs runs;
    private final Vertx vertx;
    private final Clock clock;
    private final AtomicReference<@Nullable Run> running = new AtomicReference<>();

    Runner(Runs runs, Vertx vertx, Clock clock) {
        this.runs = runs;
        this.vertx = vertx;
        this.clock = clock;
    }

    /** Work that says by itself how it ended. */
    interface Attempt {
        TaskOutcome run() throws Exception;
    }

    /**
     * Returns when the run has ended, or at once if another has not.
     *
     * @param limit null if it may take for ever
     */
    void run(Attempt attempt, @Nullable Duration limit) {
        var run = new Run(Thread.currentThread(), clock.instant());
        if (!running.compareAndSet(null, run)) {
            runs.skipped();
            return;
        }
        long timer = -1;
        long began = System.nanoTime();
        var outcome = TaskOutcome.FAILED;
        Throwable fault = null;
        try {
            if (limit != null) {
                timer = vertx.setTimer(limit.toMillis(), _ -> run.interrupt(TaskOutcome.TIMED_OUT));
            }
            outcome = attempt.run();
        } catch (Postponed _) {
            outcome = TaskOutcome.POSTPONED;
        } catch (Throwable thrown) { // whatever it is, the next run is due
            fault = thrown;
        } finally {
            vertx.cancelTimer(timer);
            outcome = run.end(outcome);
            running.set(null);
            told(outcome, System.nanoTime() - began, fault);
            run.over.countDown();
        }
    }

    /** Whoever cannot bear to hear of it must not end the task. */
    private void told(TaskOutcome outcome, long nanos, @Nullable Throwable fault) {
        try {
            runs.ended(outcome, nanos, fault);
        } catch (RuntimeException untold) {
            LOG.errorf(untold, "The end of a run could not be told; the task goes on");
        }
    }

    @Nullable
    Instant runningSince() {
        var run = running.get();
        return run == null ? null : run.since;
    }

    /** Interrupts the run that is under way, if one is. */
    void interrupt() {
        var run = running.get();
        if (run != null) {
            run.interrupt(TaskOutcome.CANCELLED);
        }
    }

    /** Waits for the end of the run that is under way; says whether none is any more. */
    boolean awaitIdle(Duration limit) throws InterruptedException {
        var run = running.get();
        return run == null || run.over.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static final class Run {
        private final Thread thread;
        private final Instant since;
        private final CountDownLatch over = new CountDownLatch(1);
        private @Nullable TaskOutcome interruptedAs;
        private boolean ended;

        Run(Thread thread, Instant since) {
            this.thread = thread;
            this.since = since;
        }

        synchronized void interrupt(TaskOutcome as) {
            if (!ended && interruptedAs == null) {
                interruptedAs = as;
                thread.interrupt();
            }
        }

        /** From here on the thread is its owner's again. */
        synchronized TaskOutcome end(TaskOutcome outcome) {
            ended = true;
            var _ = Thread.interrupted();
            // Work that ended well all the same has done what it should.
            return interruptedAs == null || outcome == TaskOutcome.SUCCEEDED ? outcome : interruptedAs;
        }
    }
}
