package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.database.ServerOnDisk;
import dev.parley.testing.Faults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Row D1 with the embedded server: nobody but the program can bring it back, so it does. */
@FaultSuite
class EmbeddedDatabaseDiesIT {
    private static final Logger LOG = Logger.getLogger(EmbeddedDatabaseDiesIT.class);
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void startsItsDatabaseAgain() throws Exception {
        try (var scene = new Scene(directory, Map.of())) {
            var client = scene.client("client");
            var room = client.creates("room");
            client.says(room, "before").get(LIMIT.toSeconds(), TimeUnit.SECONDS);

            var killed = new ServerOnDisk(directory).killsAll();
            assertThat(killed).as("processes killed").isGreaterThan(3);
            Faults.injected("kill -9 of the embedded PostgreSQL");
            var after = client.says(room, "after");

            assertThat(after.get(LIMIT.toSeconds(), TimeUnit.SECONDS)
                            .path("type")
                            .asText())
                    .isEqualTo("ok");
            assertThat(client.connections()).as("no connection was lost").isEqualTo(1);
            assertThat(scene.server().log()).contains("The embedded PostgreSQL had died and was started again");
            await().atMost(LIMIT).until(() -> scene.server().status("/q/health/ready") == 200);
            scene.endsWithEveryPromiseKept();
            scene.server().sigterm();
            scene.server().awaitExit();
            assertThat(scene.database().isServing()).as("database left behind").isFalse();
        }
    }

    @Test
    void stopsInTimeThoughItsDatabaseIsFrozenAndLeavesNothingOfIt() throws Exception {
        try (var scene = new Scene(directory, Map.of())) {
            var client = scene.client("client");
            var room = client.creates("room");
            client.says(room, "before").get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            var frozen = scene.database().freezes();
            Faults.injected("SIGSTOP of the embedded PostgreSQL");
            var unsure = client.says(room, "into the ice");

            long told = System.nanoTime();
            scene.server().sigterm();
            assertThat(scene.server().awaitExit()).as("exit code").isZero();
            var took = Duration.ofNanos(System.nanoTime() - told);

            LOG.infof("stopped in %d ms, %d processes frozen", took.toMillis(), frozen.size());
            assertThat(took).isLessThan(DEADLINE);
            assertThat(frozen).as("processes").hasSizeGreaterThan(3).noneMatch(ProcessHandle::isAlive);
            scene.startsAgain();
            assertThat(unsure.get(LIMIT.toSeconds(), TimeUnit.SECONDS)
                            .path("type")
                            .asText())
                    .isEqualTo("ok");
            scene.endsWithEveryPromiseKept();
            scene.mayTell("The database is away", 1);
            scene.mayTell("sessions were not stored", 1);
            scene.mayTell("clients will resume", 1);
            scene.tells("nothing acknowledged is lost, its next start recovers it", 1);
            scene.stopsInGoodOrder();
        }
    }
}
