package dev.parley.presence;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import java.util.UUID;

/** A client that has the room open says that its user types, or no longer. Not answered. */
public record TypingRequested(UUID account, UUID room, boolean on) implements DomainEvent {
    @Override
    public Subjects subjects() {
        return Subjects.room(account, room);
    }
}
