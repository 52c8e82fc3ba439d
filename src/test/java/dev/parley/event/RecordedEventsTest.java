package dev.parley.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.testing.EmbeddedPostgresResource;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
@SuppressWarnings("NullAway.Init") // injected
class RecordedEventsTest {
    @Inject
    Events events;

    @Inject
    EventHistory history;

    @Inject
    MeterRegistry metrics;

    /** What the test fires. */
    record KettleBoiled(UUID room, boolean over) implements DomainEvent {
        @Override
        public Subjects subjects() {
            return Subjects.room(null, room);
        }
    }

    @Singleton
    static class Cook {
        private final List<UUID> heard = new ArrayList<>();

        void hear(@Observes KettleBoiled event) {
            heard.add(event.room());
            if (event.over()) {
                throw new IllegalStateException("a secret of ours");
            }
        }
    }

    @Inject
    Cook cook;

    @Test
    void tellsObserversAndRemembersWhomItWasAbout() {
        var room = UUID.randomUUID();
        long before = fired();

        events.fire(new KettleBoiled(room, false));

        assertThat(cook.heard).contains(room);
        assertThat(fired()).isEqualTo(before + 1);
        assertThat(history.newest(Optional.of("KettleBoiled"), 1))
                .singleElement()
                .satisfies(recorded -> {
                    assertThat(recorded.subjects()).isEqualTo(Subjects.room(null, room));
                    assertThat(recorded.thread())
                            .isEqualTo(Thread.currentThread().getName());
                    assertThat(recorded.dispatchNanos()).isPositive();
                    assertThat(recorded.failure()).isNull();
                });
    }

    @Test
    void letsTheFaultOfAnObserverThroughAndCountsIt() {
        var room = UUID.randomUUID();

        assertThatThrownBy(() -> events.fire(new KettleBoiled(room, true))).hasMessage("a secret of ours");

        assertThat(history.newest(Optional.of("KettleBoiled"), 1))
                .singleElement()
                .satisfies(recorded -> assertThat(recorded.failure()).isEqualTo("IllegalStateException"))
                .satisfies(recorded -> assertThat(recorded.toString()).doesNotContain("secret"));
        assertThat(metrics.get("parley.events.failed")
                        .tag("type", "KettleBoiled")
                        .functionCounter()
                        .count())
                .isPositive();
    }

    private long fired() {
        return history.counts().stream()
                .filter(count -> count.type().equals("KettleBoiled"))
                .mapToLong(EventCount::fired)
                .sum();
    }
}
