package dev.parley.task;

import java.time.Duration;
import java.util.Optional;

/**
 * Work that recurs.
 *
 * @param name unique in the process; {@code <feature>.<chore>}, since it is a tag of metrics
 * @param period from one start to the next, and from the registration to the first: whole seconds, at least one
 * @param limit after it a run is interrupted and counts as failed; if none is given, {@code parley.task.limit}
 * @param oncePerCluster whether a run holds a lock that keeps it to one node at a time
 */
public record Chore(String name, Duration period, Optional<Duration> limit, boolean oncePerCluster) {

    public static Chore every(Duration period, String name) {
        return new Chore(name, period, Optional.empty(), false);
    }

    public Chore within(Duration limit) {
        return new Chore(name, period, Optional.of(limit), oncePerCluster);
    }

    public Chore onOneNode() {
        return new Chore(name, period, limit, true);
    }
}
