package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cluster.NodeChanged.Change;
import dev.parley.cluster.NodeStore.Beat;
import dev.parley.event.DomainEvent;
import dev.parley.problem.FaultLog;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class NodeTest {
    private static final ClusterConfig DEFAULTS = new SmallRyeConfigBuilder()
            .withMapping(ClusterConfig.class)
            .addDefaultInterceptors()
            .addDiscoveredConverters()
            .build()
            .getConfigMapping(ClusterConfig.class);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final ArrayDeque<Future<Beat>> answers = new ArrayDeque<>();
    private final List<DomainEvent> events = new ArrayList<>();
    private final Node node = new Node(
            DEFAULTS, new Answers(), events::add, new FaultLog(new SimpleMeterRegistry()), new SimpleMeterRegistry());

    @Test
    void saysOnceThatItHasJoined() {
        beats(List.of(on(START), on(START)));

        assertThat(node.isRegistered()).isTrue();
        assertThat(events).containsExactly(joined());
    }

    @Test
    void saysSoAgainWhenItWasForgotten() {
        beats(List.of(on(START), on(START.plusSeconds(60)), on(START.plusSeconds(60))));

        assertThat(events).containsExactly(joined(), joined());
    }

    @Test
    void hearsThatItWasForgottenThoughTheAnswerThatSaidSoWasLost() {
        beats(List.of(on(START), Future.failedFuture("lost, and done all the same"), on(START.plusSeconds(60))));

        assertThat(events).containsExactly(joined(), joined());
    }

    @Test
    void isNotRegisteredBeforeTheDatabaseHasAnswered() {
        beats(List.of(Future.failedFuture("away")));

        assertThat(node.isRegistered()).isFalse();
        assertThat(node.isAlone()).isFalse();
        assertThat(events).isEmpty();
    }

    private void beats(List<Future<Beat>> inTurn) {
        answers.addAll(inTurn);
        inTurn.forEach(_ -> node.beat());
    }

    private static Future<Beat> on(Instant enteredAt) {
        return Future.succeededFuture(new Beat(enteredAt, List.of(), 0));
    }

    private NodeChanged joined() {
        return new NodeChanged(node.id(), Change.JOINED);
    }

    private final class Answers implements NodeStore {
        @Override
        public Future<Beat> beat(UUID id, String version, Duration deadAfter, Duration limit) {
            return answers.remove();
        }

        @Override
        public Future<Void> leave(UUID id, Duration limit) {
            return Future.succeededFuture();
        }
    }
}
