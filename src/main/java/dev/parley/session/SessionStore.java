package dev.parley.session;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Where sessions outlive the process. Futures fail if the database did not answer, within bounded time. */
interface SessionStore {

    /**
     * Stores a new session, unless its account would have more than {@code most}: those that are not connected make room.
     * However many are asked for at once.
     */
    Future<Begun> begin(Session session, int most);

    /** Stores sessions that the database does not know, without counting; nothing of those that have ended there. */
    Future<Void> insert(List<Session> sessions);

    /**
     * Attaches to a session, if there is one with this id, account and secret that has not expired.
     *
     * @param above the lowest generation that will not do: memory may be ahead of the database
     */
    Future<Optional<Resumed>> resume(UUID account, UUID session, SecretHash secret, long above, Instant expiresAt);

    /** Stores cursors, attachments and renewals of sessions; answers with how each of them stands. */
    Future<Map<UUID, Standing>> update(List<Session> sessions);

    /** Those of the sessions that somebody has attached to since, with the generation that is in force. */
    Future<Map<UUID, Long>> overtaken(List<Session> sessions);

    /** Deletes sessions that have ended, and tells the other nodes. */
    Future<Void> delete(List<Session> sessions);

    record Resumed(long generation, String device, Map<UUID, Long> cursors) {}

    sealed interface Begun {
        /** @param displaced the sessions that made room */
        record Stored(List<UUID> displaced) implements Begun {}

        /** All that the account may have are connected. */
        record TooMany() implements Begun {}
    }

    /** How a session that was to be stored stands in the database. */
    enum Standing {
        /** Stored: our generation is in force. */
        KEPT,
        /** A later attachment has it. */
        SUPERSEDED,
        /** It has ended. */
        GONE,
        /** It changed in that moment: to be asked again. */
        UNCLEAR
    }
}
