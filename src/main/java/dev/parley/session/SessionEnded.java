package dev.parley.session;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import java.util.Locale;
import java.util.UUID;

/**
 * A session is over and will not be resumed. On the node where it was ended, once, and once on each other node that knew
 * it, when that one hears of it. Ends its connection.
 */
public record SessionEnded(UUID account, UUID session, Cause cause) implements DomainEvent {
    @Override
    public Subjects subjects() {
        return new Subjects(account, session, null, cause.name().toLowerCase(Locale.ROOT));
    }

    /** Why; also the value of a metric's tag. */
    public enum Cause {
        /** Its client said so, and closes by itself. */
        LOGGED_OUT,
        /** Its user or an operator said so. */
        REVOKED,
        /** It made room for a newer one of its account. */
        DISPLACED,
        /** Another node counted why: the database has it no longer. */
        ELSEWHERE
    }
}
