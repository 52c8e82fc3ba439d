package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.eclipse.microprofile.health.Liveness;
import org.junit.jupiter.api.Test;

/** A process whose event loop is stuck is dead, and says so; the limit is one second here. */
@QuarkusTest
@TestProfile(QuickLimits.class)
@SuppressWarnings("NullAway.Init") // injected
class EventLoopLivenessTest {
    @Inject
    Vertx vertx;

    @Inject
    MeterRegistry metrics;

    @Inject
    @Liveness
    EventLoopLiveness liveness;

    @Test
    void isDownWhileAnEventLoopIsStuckAndUpAgainAfterwards() throws InterruptedException {
        await().until(() -> liveness.call().getStatus() == Status.UP);
        var stuck = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        SocketInternals.eventLoops(vertx).iterator().next().execute(() -> {
            stuck.countDown();
            try {
                assertThat(go.await(1, TimeUnit.MINUTES)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(stuck.await(10, TimeUnit.SECONDS)).isTrue();
        try {
            await().until(() -> liveness.call().getStatus() == Status.DOWN);
            assertThat(metrics.get("parley.loop.lag").timeGauge().value(TimeUnit.SECONDS))
                    .isGreaterThanOrEqualTo(1);
        } finally {
            go.countDown();
        }

        await().until(() -> liveness.call().getStatus() == Status.UP);
    }
}
