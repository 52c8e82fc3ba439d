package dev.parley.database;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.event.EventHistory;
import dev.parley.event.RecordedEvent;
import dev.parley.task.TaskManager;
import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.LogLines;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What an operator learns of a pool that is too small. */
@QuarkusTest
@TestProfile(PoolWatchTest.SmallPool.class)
@SuppressWarnings("NullAway.Init") // injected
class PoolWatchTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration SECONDS = Duration.ofSeconds(5);

    public static final class SmallPool implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "parley.database.pool.max", "3",
                    "parley.database.pool.min", "3",
                    "parley.database.pool.exhausted-limit", "1s",
                    // What waits for a connection here must not fall for it.
                    "parley.log.sweep-limit", "10m");
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(EmbeddedPostgresResource.class));
        }
    }

    @Inject
    Statements statements;

    @Inject
    PoolStatistics statistics;

    @Inject
    EventHistory history;

    @Inject
    TaskManager tasks;

    @TestHTTPResource(value = "/health/ready", management = true)
    URI readiness;

    @TestHTTPResource(value = "/metrics", management = true)
    URI metrics;

    @Test
    void keepsConnectionsOpenThatNobodyUses() {
        assertThat(statistics.now().open()).isEqualTo(3);
        var all = hold(statements, 3);
        all.forEach(ConnectionInternals::cut);
        await("they are gone").atMost(LIMIT).until(() -> statistics.now().open() == 0);
        all.forEach(SqlConnection::close);

        await("those that were lost are opened again")
                .atMost(LIMIT)
                .until(() -> statistics.now().open() == 3);
    }

    @Test
    void warnsAlertsAndClearsOnceEach() {
        long before = changes().size();
        try (var log = LogLines.of(PoolWatch.class)) {
            var held = hold(statements, 3);
            await("the node is not ready for more").atMost(LIMIT).until(() -> readinessAfterALook() == 503);
            assertThat(given().get(readiness).jsonPath().getString("checks.find { it.name == 'database pool' }.status"))
                    .isEqualTo("DOWN");
            assertThat(given().get(readiness).jsonPath().getString("checks.find { it.name == 'database' }.status"))
                    .as("the database itself is there")
                    .isEqualTo("UP");
            assertThat(given().get(metrics).asString()).contains("parley_pool_pressure{level=\"exhausted\"} 1.0");

            held.forEach(SqlConnection::close);
            await("it is ready again").atMost(LIMIT).until(() -> readinessAfterALook() == 200);
            // The level changes first, and is told after that, by the thread that looks.
            await("it is told").atMost(LIMIT).until(() -> changes().size() >= before + 3);

            assertThat(changes().stream()
                            .skip(before)
                            .map(change -> String.valueOf(change.subjects().what())))
                    .satisfiesExactly(
                            busy -> assertThat(busy).startsWith("busy, 3 of 3 in use"),
                            exhausted -> assertThat(exhausted).startsWith("exhausted, 3 of 3 in use"),
                            ease -> assertThat(ease).startsWith("ease, "));
            assertThat(log.heard())
                    .satisfiesExactly(
                            busy -> assertThat(busy)
                                    .startsWith("WARN The pool is ")
                                    .contains("raise DB_POOL_MAX"),
                            exhausted ->
                                    assertThat(exhausted).startsWith("WARN ").contains("nearly exhausted"),
                            ease -> assertThat(ease).startsWith("INFO The pool is at ease again"));
        }
    }

    @Test
    void endsStatementsInTimeThatWaitForTheirTurn() {
        var slow = statements.run("select pg_sleep(4)", Tuple.tuple(), SECONDS);
        long began = System.nanoTime();
        var queued = statements.run("select 1", Tuple.tuple(), Duration.ofMillis(500));

        await("its turn has not come").atMost(LIMIT).until(queued::isComplete);
        assertThat(queued.cause()).isInstanceOf(Interrupted.class);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));

        await("who has one is not hurried").atMost(LIMIT).until(slow::isComplete);
        assertThat(slow.succeeded()).isTrue();
        await("nobody waits").atMost(LIMIT).until(() -> statements.waiting() == 0);
    }

    /** Looks come every second and must see the same for some time: here they come as often as somebody asks. */
    private int readinessAfterALook() {
        tasks.trigger("database.pool");
        return given().get(readiness).statusCode();
    }

    static List<SqlConnection> hold(Statements statements, int count) {
        var held = new ArrayList<SqlConnection>();
        for (int i = 0; i < count; i++) {
            held.add(statements
                    .connection(SECONDS)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(SECONDS.toSeconds(), TimeUnit.SECONDS)
                    .join());
        }
        return held;
    }

    private List<RecordedEvent> changes() {
        return history.newest(Optional.of("PoolPressureChanged"), 100);
    }
}
