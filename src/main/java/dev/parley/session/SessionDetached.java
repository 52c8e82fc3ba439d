package dev.parley.session;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;

/** A connection that was attached to the session as {@code generation} is closed. */
public record SessionDetached(Session session, long generation) implements DomainEvent {
    @Override
    public Subjects subjects() {
        return session.subjects();
    }
}
