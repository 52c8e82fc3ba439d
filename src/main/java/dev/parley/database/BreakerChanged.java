package dev.parley.database;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;

/** The database's circuit breaker went from one state ({@code closed}, {@code open}, {@code half_open}) to another. */
public record BreakerChanged(String from, String to) implements DomainEvent {
    @Override
    public Subjects subjects() {
        return Subjects.of(from + " to " + to);
    }
}
