package dev.parley.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.EmbeddedPostgresResource;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
class PgClusterLockTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String LOCKS = "select count(*) from pg_locks where locktype = 'advisory'"
            + " and classid = x'7461736b'::int and objid = (hashtext($1)::bigint & 4294967295)";

    @Inject
    PgClusterLock lock;

    @Inject
    Statements statements;

    @Inject
    PoolStatistics statistics;

    private final String task = "test." + UUID.randomUUID();

    @Test
    void givesBackTheConnectionThatNobodyWaitsForAnyMore() {
        for (int i = 0; i < statistics.now().max(); i++) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> lock.runAlone(task, () -> {})).isInstanceOf(InterruptedException.class);
        }

        await("all connections are free")
                .atMost(LIMIT)
                .until(() -> statistics.now().inUse() == 0);
    }

    @Test
    void leavesNoLockBehindWhereverItIsInterrupted() throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            var holder = Thread.ofVirtual().start(() -> {
                try {
                    var _ = lock.runAlone(task, () -> {});
                } catch (Exception interrupted) {
                    // wherever that was
                }
            });
            LockSupport.parkNanos(i * 20_000L);
            holder.interrupt();
            assertThat(holder.join(LIMIT)).isTrue();
        }

        await("no session of the pool holds the lock").atMost(LIMIT).until(() -> locks() == 0);
        await("all connections are free")
                .atMost(LIMIT)
                .until(() -> statistics.now().inUse() == 0);
    }

    private long locks() throws Exception {
        return statements
                .run(LOCKS, Tuple.of(task), LIMIT)
                .toCompletionStage()
                .toCompletableFuture()
                .get()
                .iterator()
                .next()
                .getLong(0);
    }
}
