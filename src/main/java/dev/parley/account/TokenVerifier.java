package dev.parley.account;

import java.time.Instant;
import java.util.UUID;

/**
 * Tells whom a token stands for. Callable from an event loop: no I/O, no waiting. The seam for issuers other than
 * Parley itself.
 */
public interface TokenVerifier {
    /** Never throws, whatever the text. */
    Verdict verify(String token);

    /** What a token turned out to be. */
    sealed interface Verdict {
        /** Genuine and in force; {@code name} is what the account was called when it signed in. */
        record Valid(UUID accountId, String name, Instant expiresAt) implements Verdict {}

        /** Genuine, but its time is over. */
        record Expired() implements Verdict {}

        /** Not a token of ours, or not for us, or not yet in force. */
        record Forged() implements Verdict {}
    }
}
