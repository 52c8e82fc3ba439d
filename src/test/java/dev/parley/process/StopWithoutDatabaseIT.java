package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.OwnPostgres;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** C4: a stop does not wait for a database that does not answer, nor for an operator who has seen enough. */
class StopWithoutDatabaseIT {
    private static final Logger LOG = Logger.getLogger(StopWithoutDatabaseIT.class);
    private static final int SIGTERM_EXIT = 143;
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Duration SHORT_DEADLINE = Duration.ofSeconds(5);
    /** Of a process on a busy machine. */
    private static final Duration EXIT = Duration.ofSeconds(2);

    private static final Duration AT_ONCE = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** Nodes that could not say that they leave. */
    private static final Map<String, String> QUICK_TO_FORGET =
            Map.of("PARLEY_CLUSTER_DEAD_AFTER", "8s", "PARLEY_CLUSTER_HEARTBEAT_INTERVAL", "2s");

    @TempDir
    Path directory;

    @Test
    void endsInTimeThoughTheDatabaseIsFrozenAndAtOnceWhenToldAgain() {
        var environment = new HashMap<>(QUICK_TO_FORGET);
        // What is under way ends by the stop, not by its own limit.
        environment.put("PARLEY_LOG_STATEMENT_LIMIT", "40s");
        environment.put("PARLEY_LOG_PATIENCE", "60s");
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, environment)) {
            var chatter = scene.chatter(8, 2).begins(new Random(), Duration.ofMillis(20));
            chatter.awaitAcks(100);
            database.freezes();
            awaitCommandsInFlight(scene);

            long told = System.nanoTime();
            scene.server().sigterm();
            assertThat(scene.server().awaitExit()).as("exit code").isZero();
            var took = since(told);
            LOG.infof("stopped in %d ms", took.toMillis());
            assertThat(took).isLessThan(DEADLINE);

            database.thaws();
            scene.startsAgain();
            chatter.awaitAcks(100);
            database.freezes();
            awaitCommandsInFlight(scene);
            scene.server().sigterm();
            await("the stop").atMost(LIMIT).until(() -> count(scene, "Stopping: ") == 2);
            long again = System.nanoTime();
            scene.server().sigterm();
            assertThat(scene.server().awaitExit()).as("exit code").isEqualTo(SIGTERM_EXIT);
            assertThat(since(again)).isLessThan(AT_ONCE);

            database.thaws();
            scene.startsAgain();
            chatter.awaitAcks(1);
            chatter.stops();
            scene.endsWithEveryPromiseKept();
            await("only the last node to be known").atMost(LIMIT).until(() -> database.nodes() == 1);
            scene.mayTell("The database is away", 2);
            scene.mayTell("sessions were not stored", 1);
            scene.tells("clients will resume", 1);
            scene.tells("The stop is cut by a second signal: ", 1);
            scene.stopsInGoodOrder();
        }
    }

    /**
     * A lock that nobody gives up, for which each connection of the pool waits, and all others for a connection. Then a wire
     * on which connections come to be and hear nothing, for which the platform waits longer than it may.
     */
    @Test
    void endsInTimeThoughThePoolIsExhaustedAndIsCutAtItsDeadlineWhenItDoesNotEnd() throws SQLException {
        var environment = new HashMap<>(QUICK_TO_FORGET);
        environment.put("PARLEY_DRAIN_DEADLINE", SHORT_DEADLINE.toSeconds() + "s");
        environment.put("DB_POOL_MAX", "2");
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, environment);
                var lock = database.server().connect();
                var sql = lock.createStatement()) {
            var chatter = scene.chatter(8, 4).begins(new Random(), Duration.ofMillis(20));
            chatter.awaitAcks(100);
            lock.setAutoCommit(false);
            sql.execute("lock table entry in share mode");
            await("the pool to be exhausted")
                    .atMost(LIMIT)
                    .until(() -> Metrics.sum(scene.server(), "parley_pool_in_use") == 2
                            && Metrics.sum(scene.server(), "parley_pool_waiting") > 0);

            long told = System.nanoTime();
            long acknowledged = chatter.acknowledged();
            scene.server().sigterm();
            assertThat(scene.server().awaitExit()).as("exit code").isZero();
            var took = since(told);
            LOG.infof("stopped in %d ms", took.toMillis());
            assertThat(took).isLessThan(SHORT_DEADLINE);
            assertThat(chatter.acknowledged()).as("acknowledged past a lock").isEqualTo(acknowledged);

            lock.rollback();
            scene.startsAgain();
            chatter.awaitAcks(100);
            database.wire().fallsSilent();
            int _ = database.wire().resets();
            awaitCommandsInFlight(scene);
            long toldInSilence = System.nanoTime();
            scene.server().sigterm();
            assertThat(scene.server().awaitExit()).as("exit code").isEqualTo(SIGTERM_EXIT);
            assertThat(since(toldInSilence)).isBetween(SHORT_DEADLINE, SHORT_DEADLINE.plus(EXIT));

            database.wire().passes();
            scene.startsAgain();
            chatter.awaitAcks(100);
            chatter.stops();
            scene.endsWithEveryPromiseKept();
            await("only the last node to be known").atMost(LIMIT).until(() -> database.nodes() == 1);
            scene.mayBeBusy(3);
            scene.mayTell("nearly exhausted", 2);
            scene.mayTell("The database is away", 1);
            scene.mayTell("The database is back", 1);
            scene.mayTell("sessions were not stored", 2);
            scene.tells("clients will resume", 2);
            scene.tells("The stop is cut at its deadline of PT5S: ", 1);
            assertThat(scene.server().log())
                    .containsPattern(
                            "deadline of PT5S: \\d+ commands and \\d+ REST requests unanswered, \\d+ sockets open");
            scene.stopsInGoodOrder();
        }
    }

    private static void awaitCommandsInFlight(Scene scene) {
        await("commands in flight")
                .atMost(LIMIT)
                .until(() -> Metrics.sum(scene.server(), "parley_commands_in_flight") > 0);
    }

    private static long count(Scene scene, String text) {
        return scene.server().log().lines().filter(line -> line.contains(text)).count();
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }
}
