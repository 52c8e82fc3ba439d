package dev.parley.presence;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import java.util.Set;
import java.util.UUID;

/**
 * The {@link Rosters} of these rooms may have changed: says where to look, never what is there. Once in each interval for
 * all rooms that are watched, so that who could not be told before is told then. On any thread; observers must not block.
 */
public record PresenceChanged(Set<UUID> rooms) implements DomainEvent {
    @Override
    public Subjects subjects() {
        return Subjects.of(rooms.size() == 1 ? "1 room" : rooms.size() + " rooms");
    }
}
