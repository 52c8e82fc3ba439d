package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.OwnPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL, or the wire to it, stops in its tracks and says nothing, with everybody talking. */
@FaultSuite
class FrozenDatabaseIT {
    private static final Logger LOG = Logger.getLogger(FrozenDatabaseIT.class);
    /** Beside the time that the answers take. */
    private static final Duration DEAD = Form.seconds(3, 20);

    /** A period of trying it out, its limit, and what a busy machine takes. */
    private static final Duration LISTENING_LIMIT = Duration.ofSeconds(15);

    private static final Duration LONGEST_TO_GO_ON = Duration.ofSeconds(5);
    /** Patience, one statement, one pause, as the log defines it, and what a busy machine takes. */
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(12);

    @TempDir
    Path directory;

    /** D3. */
    @Test
    void losesNothingWhenTheDatabaseFreezes() {
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, Footprint.bounded());
                var trial = new Trial(database, scene)) {
            try (var witness = Witness.in(trial.chatter().rooms().getFirst(), scene)) {
                database.freezes();
                refusesInTime(trial, witness);
                trial.vitals().areGood();
                awaitListening(scene, false);
                database.thaws();
            }
            goesOn(trial);
            awaitListening(scene, true);
            trial.endsWell(1);
        }
    }

    /** D4: what was on the wire is gone for ever, and no end of it is told. */
    @Test
    void losesNothingWhenTheWireIsHalfOpen() {
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, Footprint.bounded());
                var trial = new Trial(database, scene)) {
            try (var witness = Witness.in(trial.chatter().rooms().getFirst(), scene)) {
                database.wire().fallsSilent();
                refusesInTime(trial, witness);
                trial.vitals().stayGoodFor(DEAD);
                awaitListening(scene, false);
                int _ = database.wire().resets();
                database.wire().passes();
            }
            goesOn(trial);
            awaitListening(scene, true);
            trial.endsWell(1);
        }
    }

    /** Reading and writing are answered although the database does not answer. */
    private static void refusesInTime(Trial trial, Witness witness) {
        var room = trial.chatter().rooms().getFirst();
        long began = System.nanoTime();
        var read = witness.asksHistory();
        long asked = System.nanoTime();
        var sent = witness.sends(room);
        long answered = System.nanoTime();
        LOG.infof("history %d ms: %s", TimeUnit.NANOSECONDS.toMillis(asked - began), read);
        LOG.infof("send %d ms: %s", TimeUnit.NANOSECONDS.toMillis(answered - asked), sent);
        assertThat(read.path("code").asText()).isEqualTo("unavailable");
        assertThat(sent.path("code").asText()).isEqualTo("unavailable");
        assertThat(sent.path("retry_after_ms").asLong()).isPositive();
        assertThat(Duration.ofNanos(asked - began)).isLessThan(LONGEST_ANSWER);
        assertThat(Duration.ofNanos(answered - asked)).isLessThan(LONGEST_ANSWER);
        trial.vitals().awaitUnready();
    }

    /** Of a link over which nothing comes, only who tries it out hears. */
    private static void awaitListening(Scene scene, boolean listening) {
        await("whether it hears other nodes")
                .atMost(LISTENING_LIMIT)
                .until(() -> Metrics.sum(scene.server(), "parley_cluster_listening") == (listening ? 1 : 0));
    }

    private static void goesOn(Trial trial) {
        var pause = trial.untilNextAck();
        LOG.infof("sends went on after %d ms", pause.toMillis());
        assertThat(pause).isLessThan(LONGEST_TO_GO_ON);
        trial.vitals().awaitReady();
    }
}
