package dev.parley.session;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import java.util.UUID;

/** A client came back to its session, as {@code generation}. Once for each attachment but the first. */
public record SessionResumed(UUID account, UUID session, long generation) implements DomainEvent {
    @Override
    public Subjects subjects() {
        return Subjects.account(account, session);
    }
}
