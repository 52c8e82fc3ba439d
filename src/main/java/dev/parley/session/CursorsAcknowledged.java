package dev.parley.session;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import java.util.Map;
import java.util.UUID;

/** A client says how far it has kept the rooms it reads. Often; not answered. */
public record CursorsAcknowledged(Session session, Map<UUID, Long> cursors) implements DomainEvent {
    @Override
    public Subjects subjects() {
        return session.subjects();
    }
}
