package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.OwnPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL is killed, restarted, or ends every connection, again and again, with everybody talking. */
@FaultSuite
class DatabaseCrashIT {
    private static final Logger LOG = Logger.getLogger(DatabaseCrashIT.class);
    private static final int KILLS = Form.rounds(2, 10);
    private static final int RESTARTS = Form.rounds(2, 10);
    private static final Duration LONGEST_TO_GO_ON = Duration.ofSeconds(5);
    private static final Duration BLOWS_FOR = Form.seconds(8, 30);
    private static final int STACK = 20;
    private static final Duration BLOW_EVERY = Duration.ofMillis(200);

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
        losesNothingWhile("terminated", OwnPostgres::terminatesConnections);
    }

    /**
     * The same from the other side: the network cuts them, and PostgreSQL may still be at work on what it was told.
     */
    @Test
    void losesNothingWhileAllConnectionsAreResetFiveTimesASecond() {
        losesNothingWhile("reset", database -> database.wire().resets());
    }

    private void losesNothingWhile(String fault, ToIntFunction<OwnPostgres> blow) {
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, Footprint.bounded());
                var trial = new Trial(database, scene)) {
            var rounds = new AtomicInteger();
            var cut = new AtomicInteger();
            long before = trial.chatter().acknowledged();
            await("blows")
                    .pollInterval(BLOW_EVERY)
                    .atMost(BLOWS_FOR.multipliedBy(3))
                    .during(BLOWS_FOR)
                    .until(() -> {
                        trial.vitals().areGood();
                        rounds.incrementAndGet();
                        cut.addAndGet(blow.applyAsInt(database));
                        return true;
                    });
            long meanwhile = trial.chatter().acknowledged() - before;
            LOG.infof(
                    "%d connections %s in %d rounds; %d messages acknowledged meanwhile",
                    cut.get(), fault, rounds.get(), meanwhile);
            // On a busy machine a blow may find nothing that has come up since the last one.
            assertThat(cut).as(fault).hasValueGreaterThan(rounds.get() / 4);
            assertThat(meanwhile).as("acknowledged between the blows").isPositive();

            goesOn(trial, "the last blow");
            // Printed by the driver, past all logging, when a connection is reset that has only just come up.
            scene.mayTell("java.net.SocketException: Connection reset", rounds.get());
            scene.mayTell("\tat java.base/", rounds.get() * STACK);
            scene.mayTell("\tat io.netty.", rounds.get() * STACK);
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
