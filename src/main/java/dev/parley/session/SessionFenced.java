package dev.parley.session;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import java.util.UUID;

/**
 * Another node has the session now: a connection of this node that attached as {@code generation} or before is fenced off.
 * Once for each attachment that was overtaken while it was connected here.
 */
public record SessionFenced(UUID session, long generation) implements DomainEvent {
    @Override
    public Subjects subjects() {
        return Subjects.session(session);
    }
}
