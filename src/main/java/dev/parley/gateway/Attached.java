package dev.parley.gateway;

import dev.parley.protocol.CloseCode;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Which connection of this node has which session: at most one, the one with the highest generation. Thread-safe. */
@ApplicationScoped
class Attached {
    private final ConcurrentHashMap<UUID, Connection> bySession = new ConcurrentHashMap<>();

    /** Lets in the connection with the higher generation and ends the other, which may be the one that just came. */
    void add(UUID session, Connection connection) {
        bySession.merge(session, connection, (old, fresh) -> {
            var loser = old.generation() < fresh.generation() ? old : fresh;
            loser.end(CloseCode.REPLACED, "another connection has the session");
            return loser == old ? fresh : old;
        });
    }

    void remove(UUID session, Connection connection) {
        bySession.remove(session, connection);
    }

    Optional<Connection> of(UUID session) {
        return Optional.ofNullable(bySession.get(session));
    }

    int count() {
        return bySession.size();
    }
}
