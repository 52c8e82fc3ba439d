package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.Faults;
import dev.parley.testing.OwnPostgres;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** D9: PostgreSQL reads but does not write, as after a failover that went wrong, with everybody talking. */
@FaultSuite
class ReadOnlyDatabaseIT {
    private static final Logger LOG = Logger.getLogger(ReadOnlyDatabaseIT.class);
    private static final Duration READ_ONLY_FOR = Form.seconds(4, 30);
    private static final Duration LONGEST_TO_GO_ON = Duration.ofSeconds(5);
    private static final Duration A_WHILE = Duration.ofSeconds(2);
    private static final int FEW = 3;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    @Test
    void acknowledgesNothingAndLosesNothingWhileTheDatabaseIsReadOnly() throws SQLException {
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, Footprint.bounded());
                var trial = new Trial(database, scene)) {
            try (var witness = Witness.in(trial.chatter().rooms().getFirst(), scene)) {
                isReadOnly(database, true);
                var sent = witness.sends(trial.chatter().rooms().getFirst());
                assertThat(sent.path("code").asText()).as(sent.toString()).isEqualTo("unavailable");
                assertThat(sent.path("retry_after_ms").asLong()).isPositive();
                assertThat(witness.asksHistory().path("type").asText())
                        .as("reading goes on")
                        .isEqualTo("ok");
                long told = trial.chatter().acknowledged();
                trial.vitals().stayGoodFor(READ_ONLY_FOR);
                assertThat(trial.chatter().acknowledged())
                        .as("acknowledged by a database that does not write")
                        .isEqualTo(told);

                isReadOnly(database, false);
            }
            goesOn(trial);
            findsTheNewPrimary(database, trial);
            trial.endsWell(2);
        }
    }

    /** As behind one address after a failover: connections that are open stay read-only for as long as they live. */
    private static void findsTheNewPrimary(OwnPostgres database, Trial trial) throws SQLException {
        try (var connection = database.server().connect();
                var sql = connection.createStatement()) {
            sql.execute("alter role current_user set default_transaction_read_only = on");
            int ended = database.terminatesConnections(connection);
            await("connections to a server that only reads")
                    .atMost(LIMIT)
                    .until(() -> database.connections() >= Math.min(ended, FEW));
            long told = trial.chatter().acknowledged();
            trial.vitals().stayGoodFor(A_WHILE);
            assertThat(trial.chatter().acknowledged()).isEqualTo(told);
            sql.execute("alter role current_user reset default_transaction_read_only");
        }
        goesOn(trial);
    }

    private static void goesOn(Trial trial) {
        var pause = trial.untilNextAck();
        LOG.infof("sends went on after %d ms", pause.toMillis());
        assertThat(pause).isLessThan(LONGEST_TO_GO_ON);
    }

    /** Of all sessions, also of those that are there; returns when it is so. */
    private static void isReadOnly(OwnPostgres database, boolean wanted) throws SQLException {
        try (var connection = database.server().connect();
                var sql = connection.createStatement()) {
            sql.execute(
                    wanted
                            ? "alter system set default_transaction_read_only = on"
                            : "alter system reset default_transaction_read_only");
            sql.execute("select pg_reload_conf()");
            await("the setting").atMost(LIMIT).until(() -> {
                try (var row = sql.executeQuery("show default_transaction_read_only")) {
                    row.next();
                    return row.getString(1).equals(wanted ? "on" : "off");
                }
            });
        }
        if (wanted) {
            Faults.injected("database read-only");
        }
    }
}
