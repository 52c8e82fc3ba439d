package dev.parley.monitor;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;

/** An event of a test's own. */
record Happened(String what) implements DomainEvent {
    @Override
    public Subjects subjects() {
        return Subjects.of(what);
    }
}
