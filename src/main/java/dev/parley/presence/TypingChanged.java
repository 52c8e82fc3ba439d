package dev.parley.presence;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import java.util.UUID;

/**
 * Somebody started or stopped typing in a room, on this node or on another. Not repeated within a second while nothing
 * changes; may be dropped.
 */
public record TypingChanged(UUID room, UUID account, boolean on) implements DomainEvent {
    @Override
    public Subjects subjects() {
        return Subjects.room(account, room);
    }
}
