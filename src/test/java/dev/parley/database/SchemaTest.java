package dev.parley.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.testing.EmbeddedPostgresResource;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import jakarta.inject.Inject;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
@SuppressWarnings("NullAway.Init") // set by Quarkus
@Timeout(60)
class SchemaTest {
    /** The last schema before a migration that locks tables against everybody. */
    private static final String UNLOCKED = "6";

    @Inject
    Flyway flyway;

    @Inject
    Pool pool;

    /** All that use the table would wait behind the migration, which waits for a backup that takes hours. */
    @Test
    void givesUpWaitingForTableThatSomebodyReads() throws Exception {
        migration(UNLOCKED).migrate();
        var backup = finished(pool.getConnection());
        try {
            finished(backup.query("begin; lock table waiting.entry in access share mode")
                    .execute());

            assertThatThrownBy(() -> migration("latest").migrate())
                    .isInstanceOf(FlywayException.class)
                    .hasMessageContaining("lock timeout");

            finished(backup.query("rollback").execute());
            assertThat(migration("latest").migrate().success).isTrue();
        } finally {
            finished(backup.query("rollback; drop schema waiting cascade").execute());
            finished(backup.close());
        }
    }

    private Flyway migration(String target) {
        return Flyway.configure()
                .configuration(flyway.getConfiguration())
                .schemas("waiting")
                .target(target)
                .load();
    }

    private static <T> T finished(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
