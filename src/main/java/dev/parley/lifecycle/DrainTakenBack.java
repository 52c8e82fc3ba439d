package dev.parley.lifecycle;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;

/**
 * An operator took a drain back, and the node serves again.
 *
 * @param stayed clients who had not been sent away yet
 */
public record DrainTakenBack(int stayed) implements DomainEvent {

    @Override
    public Subjects subjects() {
        return Subjects.of(stayed + " clients stayed");
    }
}
