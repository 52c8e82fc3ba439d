package dev.parley.database;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.database.PoolPressureChanged.Level;
import dev.parley.event.EventHistory;
import dev.parley.task.TaskManager;
import dev.parley.testing.ChatClient;
import dev.parley.testing.FaultyDatabaseResource;
import dev.parley.testing.FaultyDatabaseResource.FaultyDatabase;
import dev.parley.testing.LogLines;
import dev.parley.testing.TestAccount;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.enterprise.util.TypeLiteral;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a database that is away costs: a bounded wait at first, nothing later, and no help to come back. */
@QuarkusTest
@TestProfile(DatabaseBreakerTest.Impatient.class)
@WithTestResource(FaultyDatabaseResource.class)
@SuppressWarnings("NullAway.Init") // injected
class DatabaseBreakerTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** Much shorter than any wait for a database, much longer than an answer takes. */
    private static final Duration AT_ONCE = Duration.ofMillis(1500);

    /** Enough for the average to be all but what was seen. */
    private static final int LOOKS = 30;

    public static final class Impatient implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "parley.log.patience", "4s",
                    "parley.database.connect-timeout", "1s",
                    // Not reached in the few seconds in which a database that does not answer is not known as such.
                    "parley.database.pool.warn-percent", "99",
                    "parley.database.pool.alert-percent", "100");
        }
    }

    @TestHTTPResource("/")
    URI server;

    @TestHTTPResource(value = "/health", management = true)
    URI health;

    FaultyDatabase database;

    @Inject
    DatabaseConfig config;

    @Inject
    DatabaseBreaker breaker;

    @Inject
    EventHistory history;

    @Inject
    Statements statements;

    @Inject
    PoolWatch watch;

    @Inject
    TaskManager tasks;

    @BeforeEach
    void isThere() {
        database.wire().passes();
        await().atMost(LIMIT).until(() -> breaker.state().equals("closed") && status("/ready") == 200);
    }

    @AfterEach
    void heals() {
        database.wire().passes();
    }

    @Test
    void opensAndClosesThoughNobodyAsksForAnything() {
        try (var log = LogLines.of(DatabaseBreaker.class)) {
            database.wire().refuses();
            await("readiness").atMost(LIMIT).until(() -> status("/ready") == 503);
            assertThat(check("database")).isEqualTo("DOWN");
            assertThat(check("database pool")).isEqualTo("UP");
            assertThat(status("/live")).isEqualTo(200);
            await("the breaker").atMost(LIMIT).until(() -> breaker.isOpen());

            database.wire().passes();
            await("closed").atMost(LIMIT).until(() -> breaker.state().equals("closed") && status("/ready") == 200);

            assertThat(breaker.awayFor()).isZero();
            assertThat(log.heard())
                    .as("once an outage, though it was tried again and again")
                    .hasSizeLessThanOrEqualTo(2)
                    .allMatch(line -> line.matches("(WARN The database is away|INFO The database is back).*"));
            assertThat(history.newest(Optional.of("BreakerChanged"), 100))
                    .extracting(changed -> changed.subjects().what())
                    .contains("closed to open", "half_open to closed");
        }
    }

    /** It is held by those who wait for the database, and a larger one would be too. */
    @Test
    void saysNothingOfThePoolWhileTheDatabaseDoesNotAnswer() {
        var held = PoolWatchTest.hold(statements, config.pool().max());
        try (var log = LogLines.of(PoolWatch.class)) {
            database.wire().fallsSilent();
            await("readiness").atMost(LIMIT).until(() -> check("database").equals("DOWN"));
            long before = looks();

            await("looks").atMost(LIMIT).until(() -> tasks.trigger("database.pool") && looks() > before + LOOKS);

            assertThat(watch.level()).isEqualTo(Level.EASE);
            assertThat(log.heard()).isEmpty();
        } finally {
            held.forEach(ConnectionInternals::cut);
            int _ = database.wire().resets();
        }
    }

    private long looks() {
        return tasks.task("database.pool").orElseThrow().runs();
    }

    @Test
    void isNotClosedByATrialThatFoundNoConnection() {
        var mine = new DatabaseBreaker(config, _ -> {}, new SimpleMeterRegistry());
        await("open").atMost(LIMIT).until(() -> {
            fails(mine, new IOException("nobody there"));
            return mine.isOpen();
        });

        await("one was let through").atMost(LIMIT).until(() -> fails(mine, new PoolBusy()) instanceof PoolBusy);

        assertThat(mine.state()).isEqualTo("open");
    }

    private static Throwable fails(DatabaseBreaker breaker, Throwable fault) {
        var outcome = breaker.guard(() -> CompletableFuture.<String>failedFuture(fault), new TypeLiteral<>() {});
        return outcome.toCompletableFuture().handle((_, thrown) -> thrown).join();
    }

    @Test
    void letsSendsWaitAtFirstAndAnswersAtOnceLater() {
        var alice = TestAccount.registers(server, "alice");
        try (var hers = alice.connects(server)) {
            var room = hers.asks("{\"type\":\"create_room\",\"cid\":\"r\",\"name\":\"Lobby\"}")
                    .path("room")
                    .asText();
            database.wire().refuses();
            var waited = timed(() -> unavailable(hers, room));
            assertThat(waited).as("the first waits").isGreaterThan(Duration.ofSeconds(2));
            await().atMost(LIMIT).until(() -> breaker.isAwayLongerThan(Duration.ofSeconds(4)));

            assertThat(timed(() -> unavailable(hers, room))).isLessThan(AT_ONCE);
            assertThat(timed(() -> {
                        var read = hers.asks("{\"type\":\"history\",\"room\":\"" + room + "\"}");
                        assertThat(read.path("code").asText()).isEqualTo("unavailable");
                        assertThat(read.path("retry_after_ms").asLong()).isPositive();
                    }))
                    .isLessThan(AT_ONCE);

            database.wire().passes();
            await("sends go on")
                    .atMost(LIMIT)
                    .until(() -> send(hers, room, "last").path("type").asText().equals("ok"));
        }
    }

    private static void unavailable(ChatClient who, String room) {
        var answer = send(who, room, UUID.randomUUID().toString());
        assertThat(answer.path("code").asText()).as(answer.toString()).isEqualTo("unavailable");
        assertThat(answer.path("retry_after_ms").asLong()).isPositive();
    }

    private static JsonNode send(ChatClient who, String room, String cid) {
        return who.asks("{\"type\":\"send\",\"room\":\"" + room + "\",\"cid\":\"" + cid + "\",\"body\":\"hello\"}");
    }

    private static Duration timed(Runnable action) {
        long began = System.nanoTime();
        action.run();
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private String check(String name) {
        return given().get(health + "/ready").jsonPath().getString("checks.find { it.name == '" + name + "' }.status");
    }

    private int status(String path) {
        return given().get(health + path).statusCode();
    }
}
