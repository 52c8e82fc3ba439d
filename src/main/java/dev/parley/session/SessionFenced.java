package dev.parley.session;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import java.util.UUID;

/** Another node has the session now: a connection of this node that attached as {@code generation} or before is fenced off. */
public record SessionFenced(UUID session, long generation) implements DomainEvent {
    @Override
    public Subjects subjects() {
        return Subjects.session(session);
    }
}
