package dev.parley.task;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A task at one moment.
 *
 * @param schedule for people
 * @param failures of the runs, those that threw or ran into their limit
 * @param skipped starts that fell into a run that had not ended
 * @param nextRun null if nothing is due
 * @param runningSince null if it does not run now
 * @param pending of a delayed task: runs that are due
 */
public record TaskView(
        String name,
        TaskKind kind,
        String schedule,
        boolean cancelled,
        Instant created,
        long runs,
        long failures,
        long skipped,
        @Nullable TaskOutcome lastOutcome,
        @Nullable Instant lastEnded,
        @Nullable Duration lastDuration,
        @Nullable Instant nextRun,
        @Nullable Instant runningSince,
        int pending) {}
