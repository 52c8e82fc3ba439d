package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.OwnPostgres;
import java.nio.file.Path;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL is stopped for a while with everybody talking. */
@FaultSuite
class DatabaseOutageIT {
    private static final Logger LOG = Logger.getLogger(DatabaseOutageIT.class);
    private static final Duration AWAY = Form.seconds(15, 60);
    private static final Duration LONGEST_TO_GO_ON = Duration.ofSeconds(5);

    @TempDir
    Path directory;

    @Test
    void losesNothingAndNobodyWhileTheDatabaseIsAway() {
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, Footprint.bounded());
                var trial = new Trial(database, scene)) {
            database.stops();
            trial.vitals().awaitUnready();
            long told = trial.chatter().acknowledged();
            trial.vitals().stayGoodFor(AWAY);
            assertThat(trial.chatter().acknowledged())
                    .as("acknowledged without a database")
                    .isEqualTo(told);
            assertThat(trial.vitals().isReady()).isFalse();

            database.startsAgain();

            var pause = trial.untilNextAck();
            LOG.infof("sends went on %d ms after the database was back", pause.toMillis());
            assertThat(pause).isLessThan(LONGEST_TO_GO_ON);
            scene.tells("The database is away", 1);
            scene.tells("The database is back", 1);
            trial.endsWell(1);
        }
    }
}
