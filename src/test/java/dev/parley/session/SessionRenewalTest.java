package dev.parley.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cluster.NodeChanged;
import dev.parley.event.DomainEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SessionRenewalTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final SessionConfig CONFIG = new FixedSessionConfig();

    private final List<DomainEvent> events = new ArrayList<>();
    private final FakeSessionStore store = new FakeSessionStore();
    private final KnownSessions known = new KnownSessions(CONFIG);
    private final SessionFlush flush =
            new SessionFlush(store, CONFIG, events::add, new Endings(known, events::add), new SimpleMeterRegistry());
    private final SessionRenewal renewal = new SessionRenewal(known, flush, CONFIG, Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void letsNoConnectedSessionExpire() {
        var old = connected(NOW.plus(Duration.ofMinutes(5)));
        var due = connected(NOW.plus(CONFIG.life()).minus(Duration.ofMinutes(61)));
        var fresh = connected(NOW.plus(CONFIG.life()).minus(Duration.ofMinutes(59)));

        renewal.renew();
        flush.flush();

        assertThat(store.updated).containsExactlyInAnyOrder(old, due);
        assertThat(List.of(old, due))
                .allSatisfy(session -> assertThat(session.expiresAt()).isEqualTo(NOW.plus(CONFIG.life())));
        assertThat(fresh.expiresAt()).isBefore(NOW.plus(CONFIG.life()));
    }

    @Test
    void leavesThoseThatAreNotConnectedToExpire() {
        var session = connected(NOW.plus(Duration.ofMinutes(5)));
        session.detach(1);
        known.settle(session);

        renewal.renew();
        flush.flush();

        assertThat(store.updated).isEmpty();
        assertThat(known.find(session.id())).isSameAs(session);
    }

    @Test
    void saysAnewWhoIsConnectedWhenTheNodeWasTakenForDead() {
        var session = connected(NOW.plus(CONFIG.life()));

        renewal.storeAnew(new NodeChanged(UUID.randomUUID(), NodeChanged.Change.JOINED));
        flush.flush();

        assertThat(store.updated).containsExactly(session);
    }

    private Session connected(Instant expiresAt) {
        var session = new Session(
                UUID.randomUUID(), UUID.randomUUID(), SecretHash.of("secret"), "", 1, Map.of(), expiresAt, true);
        known.add(session);
        return session;
    }
}
