package dev.parley.testing;

import static org.awaitility.Awaitility.await;

import dev.parley.task.TaskManager;
import dev.parley.task.TaskOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** What the program does by itself, waited for. */
public final class TaskRuns {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private TaskRuns() {}

    /** Waits until the task has begun anew, and succeeded. */
    public static void awaitNext(TaskManager tasks, String name) {
        var asked = Instant.now();
        await(name + " has run").atMost(LIMIT).until(() -> {
            var task = tasks.task(name).orElseThrow();
            return task.lastOutcome() == TaskOutcome.SUCCEEDED
                    && Objects.requireNonNull(task.lastEnded())
                            .minus(Objects.requireNonNull(task.lastDuration()))
                            .isAfter(asked);
        });
    }
}
