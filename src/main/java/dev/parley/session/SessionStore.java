package dev.parley.session;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Where sessions outlive the process. Futures fail if the database did not answer, within bounded time. */
interface SessionStore {

    /** Stores sessions that the database does not know. */
    Future<Void> insert(List<Session> sessions);

    /**
     * Attaches to a session, if there is one with this id, account and secret that has not expired.
     *
     * @param above the lowest generation that will not do: memory may be ahead of the database
     */
    Future<Optional<Resumed>> resume(UUID account, UUID session, SecretHash secret, long above, Instant expiresAt);

    /** Stores cursors and attachments; answers with the ids of those whose generation is still the one in force. */
    Future<Set<UUID>> update(List<Session> sessions);

    Future<Void> delete(List<Session> sessions);

    /** Deletes sessions that have expired, at most {@code limit}, and answers with how many. */
    Future<Integer> deleteExpired(int limit);

    record Resumed(long generation, String device, Map<UUID, Long> cursors) {}
}
