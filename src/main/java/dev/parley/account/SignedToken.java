package dev.parley.account;

import java.time.Instant;

/** A token as it is handed out. It is a secret: it does not show itself in a log. */
public record SignedToken(String token, Instant expiresAt) {
    @Override
    public String toString() {
        return "SignedToken[***, expiresAt=" + expiresAt + "]";
    }
}
