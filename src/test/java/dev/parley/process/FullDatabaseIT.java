package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.Faults;
import dev.parley.testing.OwnPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** D13: somebody else takes all connections that the database has, with everybody talking. */
@FaultSuite
class FullDatabaseIT {
    private static final int STACK = 20;
    private static final Logger LOG = Logger.getLogger(FullDatabaseIT.class);
    /** Of the embedded server, which has none in reserve for the user that Parley is. */
    private static final int MAX_CONNECTIONS = 100;

    private static final String TOO_MANY_CONNECTIONS = "53300";
    private static final Duration FULL_FOR = Form.seconds(3, 20);
    private static final Duration LONGEST_TO_GO_ON = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @Test
    void losesNothingWhenTheDatabaseHasNoConnectionLeft() throws SQLException {
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, Footprint.bounded());
                var trial = new Trial(database, scene);
                var witness = Witness.in(trial.chatter().rooms().getFirst(), scene)) {
            var taken = new ArrayList<Connection>();
            try {
                await("every connection to be somebody else's")
                        .atMost(LIMIT)
                        .pollInterval(Duration.ofMillis(5)) // quicker than Parley comes back
                        .until(() -> takesAll(database, taken));
                LOG.infof("%d connections taken", taken.size());
                Faults.injected("all connections taken");
                var refused = witness.sends(trial.chatter().rooms().getFirst());
                assertThat(refused.path("code").asText()).as(refused.toString()).isEqualTo("unavailable");
                trial.vitals().awaitUnready();
                long told = trial.chatter().acknowledged();
                trial.vitals().stayGoodFor(FULL_FOR);
                assertThat(trial.chatter().acknowledged())
                        .as("acknowledged meanwhile")
                        .isEqualTo(told);
            } finally {
                for (var connection : taken) {
                    connection.close();
                }
            }

            var pause = trial.untilNextAck();
            LOG.infof("sends went on after %d ms", pause.toMillis());
            assertThat(pause).isLessThan(LONGEST_TO_GO_ON);
            // Printed by the driver, past all logging, when a connection is reset that has only just come up.
            scene.mayTell("java.net.SocketException: Connection reset", 1);
            scene.mayTell("\tat java.base/", STACK);
            scene.mayTell("\tat io.netty.", STACK);
            trial.endsWell(1);
        }
    }

    /** Takes what is free and ends what Parley has; says whether it has all. One that is still coming up is not seen. */
    private static boolean takesAll(OwnPostgres database, List<Connection> taken) throws SQLException {
        try {
            while (true) {
                taken.add(database.server().connect());
            }
        } catch (SQLException e) {
            assertThat(e.getSQLState()).isEqualTo(TOO_MANY_CONNECTIONS);
        }
        int _ = database.terminatesConnections(taken.getFirst());
        return taken.size() == MAX_CONNECTIONS;
    }
}
