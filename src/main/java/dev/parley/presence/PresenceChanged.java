package dev.parley.presence;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import java.util.List;
import java.util.UUID;

/**
 * The {@link Rosters} of these rooms have changed: says where to look, never what is there. On any thread; observers must
 * not block.
 */
public record PresenceChanged(List<UUID> rooms) implements DomainEvent {
    @Override
    public Subjects subjects() {
        return Subjects.of(rooms.size() == 1 ? "1 room" : rooms.size() + " rooms");
    }
}
