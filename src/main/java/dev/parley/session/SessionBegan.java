package dev.parley.session;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import java.util.UUID;

/**
 * A client was given a new session. Once for each.
 *
 * @param stored whether the database has it; if not, it will as soon as it is back
 */
public record SessionBegan(UUID account, UUID session, boolean stored) implements DomainEvent {
    @Override
    public Subjects subjects() {
        return Subjects.account(account, session);
    }
}
