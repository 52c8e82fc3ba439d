package dev.parley.session;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import java.util.Locale;
import java.util.UUID;

/** A client of the account was given no session. Once for each {@code hello} that was refused so. */
public record SessionRefused(UUID account, Reason reason) implements DomainEvent {
    @Override
    public Subjects subjects() {
        return new Subjects(account, null, null, reason.name().toLowerCase(Locale.ROOT));
    }

    /** Also the value of a metric's tag. */
    public enum Reason {
        /** It asked for one that is not there, not its own, or over. */
        UNKNOWN,
        /** It asked for a new one, and all that its account may have are connected. */
        TOO_MANY,
        /** It asked for a new one while the database was away, and as many as may wait to be stored do. */
        UNSTORED
    }
}
