package dev.parley.room;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import java.util.UUID;

/**
 * An account is out of a room, by an entry that is committed. Fires before the answer goes out: who delivers to the
 * account must stop at once. On a lane's event loop; observers must not block or throw.
 */
public record MemberLeft(UUID room, UUID account) implements DomainEvent {
    @Override
    public Subjects subjects() {
        return Subjects.room(account, room);
    }
}
