package dev.parley.database;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.task.ClusterLock;
import dev.parley.task.Postponed;
import dev.parley.testing.FaultyDatabaseResource;
import dev.parley.testing.FaultyDatabaseResource.FaultyDatabase;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a lock that was not had leaves behind: nothing. */
@QuarkusTest
@TestProfile(DatabaseBreakerTest.Impatient.class)
@WithTestResource(FaultyDatabaseResource.class)
@SuppressWarnings("NullAway.Init") // injected
class PgClusterLockTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    FaultyDatabase database;

    @Inject
    ClusterLock lock;

    @Inject
    DatabaseConfig config;

    @Inject
    PoolStatistics statistics;

    private final String task = "test." + UUID.randomUUID();

    @AfterEach
    void heals() {
        database.wire().passes();
    }

    @Test
    void givesTheConnectionBackThatNobodyWaitsForAnyMore() {
        for (int i = 0; i < config.pool().max(); i++) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> lock.runAlone(task, () -> {})).isInstanceOf(InterruptedException.class);
        }

        await("nobody holds one").atMost(LIMIT).until(() -> statistics.now().inUse() == 0);
    }

    @Test
    void isNotKeptByThePoolIfItWasHadUnheard() throws SQLException {
        await().atMost(LIMIT).until(() -> statistics.now().idle() > 0);
        database.wire().fallsSilent();
        assertThatThrownBy(() -> lock.runAlone(task, () -> {})).isInstanceOf(Postponed.class);
        database.wire().passes();

        try (var direct = database.connects();
                var statement = direct.createStatement()) {
            await("another node gets it").atMost(LIMIT).until(() -> {
                try (var rows = statement.executeQuery(
                        "select pg_try_advisory_lock(x'7461736b'::int, hashtext('" + task + "'))")) {
                    return rows.next() && rows.getBoolean(1);
                }
            });
        }
    }
}
