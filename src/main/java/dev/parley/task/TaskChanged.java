package dev.parley.task;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import java.util.Locale;

/** Something about a task that is worth remembering; not each run. Fires on any thread. */
public record TaskChanged(String task, Change change) implements DomainEvent {

    public enum Change {
        REGISTERED,
        CANCELLED,
        /** Scheduled again after it was cancelled. */
        RESCHEDULED,
        TRIGGERED,
        /** The first failure in a row. */
        FAILED,
        /** The first success after failures. */
        RECOVERED
    }

    @Override
    public Subjects subjects() {
        return Subjects.of(task + " " + change.name().toLowerCase(Locale.ROOT));
    }
}
