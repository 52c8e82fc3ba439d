package dev.parley.room;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import io.vertx.core.Promise;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;

/**
 * A client that resumes wants the rooms back that it had open. Answered within bounded time by the heads of those that
 * the account may read; fails if the database is away.
 */
public record ReopenRequested(UUID account, Collection<UUID> rooms, Promise<Map<UUID, Long>> heads)
        implements DomainEvent {
    @Override
    public Subjects subjects() {
        return Subjects.of(rooms.size() + " rooms");
    }
}
