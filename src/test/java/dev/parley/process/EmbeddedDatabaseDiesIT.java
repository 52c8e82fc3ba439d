package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.Faults;
import dev.parley.testing.ReconnectingClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Row D1 with the embedded server: nobody but the program can bring it back, so it does. */
@FaultSuite
class EmbeddedDatabaseDiesIT {
    private static final Logger LOG = Logger.getLogger(EmbeddedDatabaseDiesIT.class);
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Duration REAPED = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void startsItsDatabaseAgain() throws Exception {
        try (var scene = new Scene(directory, Map.of())) {
            var client = scene.client("client");
            var room = client.creates("room");
            client.says(room, "before").get(LIMIT.toSeconds(), TimeUnit.SECONDS);

            assertThat(scene.database().killsAll()).as("processes killed").isGreaterThan(3);
            Faults.injected("kill -9 of the embedded PostgreSQL");
            goesOn(scene, client, room, 1);

            // Its children live on without it for a while, this one for ever.
            var orphan = scene.database().freezesAChild();
            scene.database().process().destroyForcibly();
            Faults.injected("kill -9 of the embedded postmaster");
            goesOn(scene, client, room, 2);
            await("the end of the first's child, which whoever has taken it over notices later")
                    .atMost(LIMIT)
                    .until(() -> !orphan.isAlive());

            assertThat(client.connections()).as("no connection was lost").isEqualTo(1);
            await().atMost(LIMIT).until(() -> scene.server().status("/q/health/ready") == 200);
            scene.mayTell("The database is away", 2);
            scene.endsWithEveryPromiseKept();
            scene.stopsInGoodOrder();
        }
    }

    private static void goesOn(Scene scene, ReconnectingClient client, UUID room, int revivals) throws Exception {
        long killed = System.nanoTime();
        var after = client.says(room, "after");
        assertThat(after.get(LIMIT.toSeconds(), TimeUnit.SECONDS).path("type").asText())
                .isEqualTo("ok");
        LOG.infof("serves %d ms after the kill", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killed));
        scene.tells("The embedded PostgreSQL had died and was started again", revivals);
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
            assertThat(frozen).as("processes").hasSizeGreaterThan(3);
            // Dead already; it is the machine's first process that has to notice.
            await("the last of them").atMost(REAPED).until(() -> frozen.stream().noneMatch(ProcessHandle::isAlive));
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
