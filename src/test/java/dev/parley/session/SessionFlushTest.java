package dev.parley.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.event.DomainEvent;
import dev.parley.event.Events;
import dev.parley.session.SessionStore.Standing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SessionFlushTest {
    private final List<DomainEvent> events = new ArrayList<>();
    private final FakeSessionStore store = new FakeSessionStore();
    private final KnownSessions known = new KnownSessions(new FixedSessionConfig());
    private final SessionFlush flush = flush(events::add);

    @Test
    void storesAllThatHasChangedBatchAfterBatch() {
        var sessions = Stream.generate(() -> session(true)).limit(12).toList();
        sessions.forEach(flush::soon);

        flush.flush();

        assertThat(store.updated).containsExactlyInAnyOrderElementsOf(sessions);
        assertThat(store.largest).isEqualTo(FixedSessionConfig.BATCH);
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
    void triesAgainWhatNoStatementWasMadeOf() {
        store.whileInserting = () -> {
            throw new IllegalStateException("planted");
        };
        flush.soon(session(false));
        assertThat(flush.flush().failed()).isTrue();
        assertThat(flush.unstored()).isOne();
        store.whileInserting = () -> {};

        flush.flush();

        assertThat(store.inserted).hasSize(1);
        assertThat(flush.unstored()).isZero();
    }

    @Test
    void insertsWhatTheDatabaseDoesNotKnowYet() {
        var provisional = session(false);
        flush.soon(provisional);

        flush.flush();

        assertThat(store.inserted).containsExactly(provisional);
        assertThat(provisional.isStored()).isTrue();
    }

    /** As at a stop that does not wait any longer for a database that does not answer. */
    @Test
    void countsAsUnstoredWhatIsBeingWritten() {
        var seen = new ArrayList<Integer>();
        store.whileInserting = () -> seen.add(flush.unstored());
        Stream.generate(() -> session(false)).limit(3).forEach(flush::soon);

        flush.flush();

        assertThat(seen).containsExactly(3);
        assertThat(flush.unstored()).isZero();
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

    @Test
    void endsWhatTheDatabaseHasNoLonger() {
        var session = session(true);
        known.add(session);
        store.standings.put(session.id(), Standing.GONE);
        flush.soon(session);

        flush.flush();

        assertThat(session.isEnded()).isTrue();
        assertThat(known.here()).isEmpty();
        assertThat(events)
                .containsExactly(new SessionEnded(session.account(), session.id(), SessionEnded.Cause.ELSEWHERE));
    }

    @Test
    void endsTheOthersThoughAnObserverOfOneThrows() {
        var sessions = Stream.generate(() -> session(true)).limit(3).toList();
        sessions.forEach(session -> store.standings.put(session.id(), Standing.GONE));
        var told = new ArrayList<DomainEvent>();
        var faulty = flush(event -> {
            told.add(event);
            throw new IllegalStateException("an observer's own fault");
        });
        sessions.forEach(faulty::soon);

        var fault = faulty.flush().cause();

        assertThat(fault).hasMessage("an observer's own fault");
        assertThat(fault.getSuppressed()).as("the faults after the first").hasSize(2);
        assertThat(told).hasSize(3);
        assertThat(faulty.flush().succeeded()).isTrue();
        assertThat(faulty.unstored()).isZero();
    }

    @Test
    void fencesWhatSomebodyElseHasAttachedTo() {
        var session = session(true);
        store.standings.put(session.id(), Standing.SUPERSEDED);
        flush.soon(session);

        flush.flush();

        assertThat(session.isEnded()).isFalse();
        assertThat(events).containsExactly(new SessionFenced(session.id(), 1));
    }

    @Test
    void asksAgainForWhatChangedInThatMoment() {
        var session = session(true);
        store.standings.put(session.id(), Standing.UNCLEAR);
        flush.soon(session);
        flush.flush();
        store.standings.clear();

        flush.flush();

        assertThat(store.updated).containsExactly(session, session);
        assertThat(events).isEmpty();
    }

    @Test
    void storesAtTheEndWhatChangedDuringTheFlushBefore() throws InterruptedException {
        var late = session(true);
        flush.soon(session(false));
        store.whileInserting = () -> flush.soon(late);

        assertThat(flush.stop(Duration.ofSeconds(1))).as("not stored").isZero();

        assertThat(store.updated).containsExactly(late);
    }

    @Test
    void takesNoMoreNewOnesThanMayWaitAlsoWhileTheyAreWritten() {
        for (int i = 0; i < FixedSessionConfig.UNSTORED; i++) {
            assertThat(flush.begun(session(false))).isTrue();
        }
        var whileInserting = new ArrayList<Boolean>();
        store.whileInserting = () -> whileInserting.add(flush.begun(session(false)));
        assertThat(flush.begun(session(false))).as("one too many").isFalse();
        store.away = true;

        assertThat(flush.flush().failed()).isTrue();

        assertThat(whileInserting).containsExactly(false);
        store.away = false;
        store.whileInserting = () -> {};
        assertThat(flush.flush().succeeded()).isTrue();
        assertThat(store.inserted).hasSize(FixedSessionConfig.UNSTORED);
        assertThat(flush.begun(session(false))).as("once they are stored").isTrue();
    }

    @Test
    void takesNewOnesInPlaceOfThoseThatHaveEnded() {
        var begun = Stream.generate(() -> session(false))
                .limit(FixedSessionConfig.UNSTORED)
                .toList();
        begun.forEach(flush::begun);
        begun.getFirst().end();
        assertThat(flush.begun(session(false)))
                .as("it still waits for its deletion")
                .isFalse();

        flush.flush();

        assertThat(store.deleted).containsExactly(begun.getFirst());
        assertThat(begun)
                .allSatisfy(session -> assertThat(flush.begun(session(false))).isTrue());
        assertThat(flush.begun(session(false))).isFalse();
    }

    private SessionFlush flush(Events bus) {
        var metrics = new SimpleMeterRegistry();
        return new SessionFlush(store, new FixedSessionConfig(), bus, new Endings(known, bus), metrics);
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
}
