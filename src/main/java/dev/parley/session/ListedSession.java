package dev.parley.session;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A session as its user and operators may see it.
 *
 * @param lastSeenAt the present if it is connected
 * @param node that its connection is on; null if it has none
 */
public record ListedSession(
        UUID account,
        UUID id,
        String device,
        Instant createdAt,
        Instant lastSeenAt,
        Instant expiresAt,
        @Nullable UUID node) {

    public boolean isConnected() {
        return node != null;
    }
}
