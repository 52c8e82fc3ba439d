package dev.parley.session;

import java.util.UUID;

/** A client of the account was given no session. Once for each {@code hello} that was refused so. */
public record SessionRefused(UUID account, Reason reason) {

    /** Also the value of a metric's tag. */
    public enum Reason {
        /** It asked for one that is not there, not its own, or over. */
        UNKNOWN,
        /** It asked for a new one, and all that its account may have are connected. */
        TOO_MANY
    }
}
