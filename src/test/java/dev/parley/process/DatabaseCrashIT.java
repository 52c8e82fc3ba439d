package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.OwnPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL is killed, restarted, or ends every connection, again and again, with everybody talking. */
class DatabaseCrashIT {
    private static final Logger LOG = Logger.getLogger(DatabaseCrashIT.class);
    private static final int KILLS = 2;
    private static final int RESTARTS = 2;
    private static final Duration LONGEST_TO_GO_ON = Duration.ofSeconds(5);
    private static final Duration TERMINATING = Duration.ofSeconds(20);
    private static final Duration TERMINATE_EVERY = Duration.ofMillis(200);

    @TempDir
    Path directory;

    /** D1. */
    @Test
    void losesNothingWhenAllProcessesOfTheDatabaseAreKilled() {
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, Footprint.bounded());
                var trial = new Trial(database, scene)) {
            for (int kill = 1; kill <= KILLS; kill++) {
                database.isKilled();
                trial.vitals().awaitUnready();
                long told = trial.chatter().acknowledged();
                trial.vitals().stayGoodFor(Duration.ofSeconds(1));
                assertThat(trial.chatter().acknowledged())
                        .as("acknowledged without a database")
                        .isEqualTo(told);

                database.startsAgain();

                goesOn(trial, "kill " + kill);
            }
            trial.endsWell(KILLS);
        }
    }

    /** D2: quicker than anybody's patience, so it is noticed as latency only. */
    @Test
    void losesNothingWhenTheDatabaseIsRestarted() {
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, Footprint.bounded());
                var trial = new Trial(database, scene)) {
            for (int restart = 1; restart <= RESTARTS; restart++) {
                database.stops();
                database.startsAgain();
                goesOn(trial, "restart " + restart);
            }
            assertThat(Tally.of(scene.history()).unknown())
                    .as("answered that it is unavailable, or not at all")
                    .isZero();
            trial.endsWell(RESTARTS);
        }
    }

    /** D8. */
    @Test
    void losesNothingWhileAllConnectionsAreTerminatedFiveTimesASecond() {
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, Footprint.bounded());
                var trial = new Trial(database, scene)) {
            var rounds = new AtomicInteger();
            var terminated = new AtomicInteger();
            long before = trial.chatter().acknowledged();
            await("connections to be terminated")
                    .pollInterval(TERMINATE_EVERY)
                    .atMost(TERMINATING.multipliedBy(2))
                    .during(TERMINATING)
                    .until(() -> {
                        trial.vitals().areGood();
                        rounds.incrementAndGet();
                        terminated.addAndGet(database.terminatesConnections());
                        return true;
                    });
            long meanwhile = trial.chatter().acknowledged() - before;
            LOG.infof(
                    "%d connections terminated in %d rounds; %d messages acknowledged meanwhile",
                    terminated.get(), rounds.get(), meanwhile);
            assertThat(terminated).hasValueGreaterThan(rounds.get());
            assertThat(meanwhile).as("acknowledged between the blows").isPositive();

            goesOn(trial, "the last blow");
            // Between two blows the database answers: whether one of them looks like an outage is a matter of luck.
            trial.endsWell(rounds.get());
        }
    }

    private static void goesOn(Trial trial, String after) {
        var pause = trial.untilNextAck();
        LOG.infof("sends went on %d ms after %s", pause.toMillis(), after);
        assertThat(pause).isLessThan(LONGEST_TO_GO_ON);
        trial.vitals().awaitReady();
    }
}
