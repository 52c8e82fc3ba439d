package dev.parley.session;

import dev.parley.database.Interrupted;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Keeps what it is given, and is away when it is told to be. */
final class FakeSessionStore implements SessionStore {
    final List<Session> inserted = new ArrayList<>();
    final List<Session> updated = new ArrayList<>();
    final List<Session> deleted = new ArrayList<>();
    final Map<UUID, Standing> standings = new HashMap<>();
    Runnable whileInserting = () -> {};
    boolean away;
    int largest;

    @Override
    public Future<Begun> begin(Session session, int most) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Void> insert(List<Session> sessions) {
        whileInserting.run();
        return into(inserted, sessions);
    }

    @Override
    public Future<Optional<Resumed>> resume(
            UUID account, UUID session, SecretHash secret, long above, Instant expiresAt) {
        throw new UnsupportedOperationException();
    }

    /** Kept, if the test has not said otherwise. */
    @Override
    public Future<Map<UUID, Standing>> update(List<Session> sessions) {
        return into(updated, sessions).map(_ -> {
            var answer = new HashMap<UUID, Standing>();
            sessions.forEach(session -> answer.put(session.id(), standings.getOrDefault(session.id(), Standing.KEPT)));
            return answer;
        });
    }

    @Override
    public Future<Map<UUID, Long>> overtaken(List<Session> sessions) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Void> delete(List<Session> sessions) {
        return into(deleted, sessions);
    }

    private Future<Void> into(List<Session> where, List<Session> sessions) {
        if (away) {
            return Future.failedFuture(new Interrupted(new IllegalStateException("away")));
        }
        largest = Math.max(largest, sessions.size());
        where.addAll(sessions);
        return Future.succeededFuture();
    }
}
