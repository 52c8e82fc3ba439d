package dev.parley.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.database.Interrupted;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SessionFlushTest {
    private static final int BATCH = 5;

    private final FakeStore store = new FakeStore();
    private final SessionFlush flush = new SessionFlush(store, new Config(), event -> {
        throw new AssertionError("fired " + event);
    });

    @Test
    void storesAllThatHasChangedBatchAfterBatch() {
        var sessions = Stream.generate(() -> session(true)).limit(12).toList();
        sessions.forEach(flush::soon);

        flush.flush();

        assertThat(store.updated).containsExactlyInAnyOrderElementsOf(sessions);
        assertThat(store.largest).isEqualTo(BATCH);
    }

    @Test
    void triesAgainWhatCouldNotBeStored() {
        var sessions = Stream.generate(() -> session(true)).limit(12).toList();
        sessions.forEach(flush::soon);
        store.away = true;
        assertThat(flush.flush().failed()).isTrue();
        assertThat(store.updated).isEmpty();
        store.away = false;

        flush.flush();

        assertThat(store.updated).containsExactlyInAnyOrderElementsOf(sessions);
    }

    @Test
    void insertsWhatTheDatabaseDoesNotKnowYet() {
        var provisional = session(false);
        flush.soon(provisional);

        flush.flush();

        assertThat(store.inserted).containsExactly(provisional);
        assertThat(provisional.isStored()).isTrue();
    }

    @Test
    void deletesWhatHasEnded() {
        var ended = session(true);
        ended.end();
        flush.soon(ended);

        flush.flush();

        assertThat(store.deleted).containsExactly(ended);
        assertThat(store.updated).isEmpty();
    }

    @Test
    void deletesWhatEndedWhileItWasInserted() {
        var provisional = session(false);
        flush.soon(provisional);
        store.whileInserting = provisional::end;
        flush.flush();

        flush.flush();

        assertThat(store.deleted).containsExactly(provisional);
    }

    private static Session session(boolean stored) {
        return new Session(
                UUID.randomUUID(),
                UUID.randomUUID(),
                SecretHash.of("secret"),
                "",
                1,
                Map.of(),
                Instant.now().plusSeconds(60),
                stored);
    }

    private static final class FakeStore implements SessionStore {
        private final List<Session> inserted = new ArrayList<>();
        private final List<Session> updated = new ArrayList<>();
        private final List<Session> deleted = new ArrayList<>();
        private Runnable whileInserting = () -> {};
        private boolean away;
        private int largest;

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

        @Override
        public Future<Set<UUID>> update(List<Session> sessions) {
            return into(updated, sessions)
                    .map(_ -> sessions.stream().map(Session::id).collect(Collectors.toCollection(HashSet::new)));
        }

        @Override
        public Future<Void> delete(List<Session> sessions) {
            return into(deleted, sessions);
        }

        @Override
        public Future<Integer> deleteExpired(int limit) {
            throw new UnsupportedOperationException();
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

    private record Config() implements SessionConfig {
        @Override
        public Duration life() {
            return Duration.ofDays(1);
        }

        @Override
        public Duration flushInterval() {
            return Duration.ofSeconds(1);
        }

        @Override
        public int flushSessions() {
            return BATCH;
        }

        @Override
        public Duration cleanupInterval() {
            return Duration.ofSeconds(1);
        }

        @Override
        public long cachedSessions() {
            return 100;
        }

        @Override
        public Duration statementLimit() {
            return Duration.ofSeconds(1);
        }
    }
}
