package dev.parley.task;

import dev.parley.event.Events;
import dev.parley.task.TaskChanged.Change;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** How the runs of one task went: counted, measured, and a row of failures logged once. Thread-safe. */
final class Runs {
    private static final Logger LOG = Logger.getLogger(TaskManager.class);
    private static final double NANOS_PER_SECOND = 1e9;

    private final String task;
    private final Events events;
    private final Clock clock;
    private final MeterRegistry metrics;
    private final Instant created;
    private final Map<TaskOutcome, Timer> timers = new EnumMap<>(TaskOutcome.class);

    private long count;
    private long failures;
    private long skipped;
    private long failedInARow;
    private @Nullable Last last;
    private long goodNanos = System.nanoTime();

    /** The run that ended last. */
    record Last(TaskOutcome outcome, Instant ended, Duration took) {}

    /** What was counted up to one moment. */
    record Tally(
            Instant created,
            long count,
            long failures,
            long skipped,
            @Nullable Last last) {}

    Runs(String task, Events events, Clock clock, MeterRegistry metrics) {
        this.task = task;
        this.events = events;
        this.clock = clock;
        this.metrics = metrics;
        this.created = clock.instant();
    }

    synchronized Tally tally() {
        return new Tally(created, count, failures, skipped, last);
    }

    /** Since the task last did its work, or another node did, or else since it was registered; by no clock that jumps. */
    synchronized double secondsSinceSuccess() {
        return (System.nanoTime() - goodNanos) / NANOS_PER_SECOND;
    }

    synchronized void skipped() {
        skipped++;
    }

    /** @param fault what it threw, null if it did not */
    void ended(TaskOutcome outcome, long nanos, @Nullable Throwable fault) {
        long before = count(outcome, nanos);
        if (outcome.isFailure()) {
            if (before == 0) {
                LOG.warnf(
                        fault,
                        "Task %s %s; it runs again when it is due, and further failures are counted, not logged",
                        task,
                        outcome == TaskOutcome.TIMED_OUT ? "took too long and was interrupted" : "failed");
                events.fire(new TaskChanged(task, Change.FAILED));
            } else {
                LOG.debugf(fault, "Task %s failed again", task);
            }
        } else if (outcome == TaskOutcome.SUCCEEDED && before > 0) {
            LOG.infof("Task %s succeeded after %d failures", task, before);
            events.fire(new TaskChanged(task, Change.RECOVERED));
        }
    }

    /** Answers with the failures in a row up to now. */
    private synchronized long count(TaskOutcome outcome, long nanos) {
        long before = failedInARow;
        count++;
        if (outcome.isFailure()) {
            failures++;
            failedInARow++;
        } else if (outcome == TaskOutcome.SUCCEEDED) {
            failedInARow = 0;
        }
        if (outcome == TaskOutcome.SUCCEEDED || outcome == TaskOutcome.ELSEWHERE) {
            goodNanos = System.nanoTime();
        }
        last = new Last(outcome, clock.instant(), Duration.ofNanos(nanos));
        timers.computeIfAbsent(outcome, this::timer).record(nanos, TimeUnit.NANOSECONDS);
        return before;
    }

    private Timer timer(TaskOutcome outcome) {
        return Timer.builder("parley.task.runs")
                .description("Runs of background tasks")
                .tag("task", task)
                .tag("outcome", outcome.wireName())
                .register(metrics);
    }
}
