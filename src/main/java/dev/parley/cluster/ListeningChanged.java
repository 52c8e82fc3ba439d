package dev.parley.cluster;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;

/**
 * This node hears the wake-ups of others from now on, or no longer. On the listening task's thread, once for each
 * connection. What was told meanwhile is lost: who relies on wake-ups looks by itself when it {@code hears} again.
 *
 * @param why for people
 */
public record ListeningChanged(boolean hears, String why) implements DomainEvent {
    @Override
    public Subjects subjects() {
        return Subjects.of(hears ? "listening" : "deaf: " + why);
    }
}
