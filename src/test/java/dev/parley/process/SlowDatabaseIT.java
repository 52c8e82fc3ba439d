package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.Faults;
import dev.parley.testing.OwnPostgres;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** D5: the database answers, but late; or it answers all but one. */
@FaultSuite
class SlowDatabaseIT {
    private static final Logger LOG = Logger.getLogger(SlowDatabaseIT.class);
    private static final Duration SLOW = Duration.ofMillis(500);
    private static final Duration SLOW_FOR = Form.seconds(4, 20);
    /** Longer than the log waits for a statement. */
    private static final Duration TOO_SLOW = Duration.ofSeconds(4);

    private static final Duration HELD_FOR = Form.seconds(6, 30);
    /** In rooms that nobody holds. */
    private static final Duration LONGEST_ELSEWHERE = Duration.ofSeconds(2);

    private static final Duration LONGEST_TO_GO_ON = Duration.ofSeconds(5);
    /** Patience, one statement, one pause, as the log defines it, and what a busy machine takes. */
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(12);

    @TempDir
    Path directory;

    @Test
    void isOnlySlowWhenTheDatabaseIsSlowAndUnavailableWhenItIsTooSlow() {
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, Footprint.bounded());
                var trial = new Trial(database, scene);
                var witness = Witness.in(trial.chatter().rooms().getFirst(), scene)) {
            var room = trial.chatter().rooms().getFirst();
            database.wire().delays(SLOW.toMillis());
            await("a while")
                    .during(SLOW_FOR)
                    .atMost(SLOW_FOR.multipliedBy(3))
                    .until(() -> isSlowButGood(trial, witness, room));

            database.wire().delays(TOO_SLOW.toMillis());
            long asked = System.nanoTime();
            var refused = witness.sends(room);
            var took = Duration.ofNanos(System.nanoTime() - asked);
            LOG.infof("too slow: %s after %d ms", refused, took.toMillis());
            assertThat(refused.path("code").asText()).isEqualTo("unavailable");
            assertThat(refused.path("retry_after_ms").asLong()).isPositive();
            assertThat(took).isLessThan(LONGEST_ANSWER);
            trial.vitals().areGood();

            database.wire().passes();
            var pause = trial.untilNextAck();
            LOG.infof("sends went on after %d ms", pause.toMillis());
            assertThat(pause).isLessThan(LONGEST_TO_GO_ON);
            assertThat(witness.isConnected()).isTrue();
            trial.endsWell(1);
        }
    }

    /** Somebody else's transaction holds the row of one room. */
    @Test
    void goesOnInOtherRoomsWhileOneIsHeld() throws SQLException {
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, Footprint.bounded());
                var trial = new Trial(database, scene)) {
            var rooms = trial.chatter().rooms();
            var held = rooms.getFirst();
            var others = rooms.subList(1, rooms.size());
            try (var witness = Witness.in(held, scene);
                    var holder = database.server().connect();
                    var lock = holder.createStatement()) {
                others.forEach(witness::joins);
                holder.setAutoCommit(false);
                lock.execute("select from room where id = '" + held + "' for update");
                Faults.injected("room's row held");
                await("a while")
                        .during(HELD_FOR)
                        .atMost(HELD_FOR.multipliedBy(5))
                        .until(() -> goesOn(others, witness));
                assertThat(witness.sends(held).path("code").asText())
                        .as("the room that is held")
                        .isEqualTo("unavailable");
                assertThat(trial.vitals().isReady())
                        .as("one room is not the database")
                        .isTrue();
                holder.rollback();
            }
            assertThat(trial.untilNextAck()).isLessThan(LONGEST_TO_GO_ON);
            trial.endsWell(0);
        }
    }

    private static boolean isSlowButGood(Trial trial, Witness witness, UUID room) {
        long asked = System.nanoTime();
        var answer = witness.sends(room);
        long took = System.nanoTime() - asked;
        LOG.infof("slow: %s after %d ms", answer, TimeUnit.NANOSECONDS.toMillis(took));
        assertThat(answer.path("type").asText()).as(answer.toString()).isEqualTo("ok");
        assertThat(took).as("the wire's delay").isGreaterThanOrEqualTo(SLOW.toNanos());
        assertThat(trial.vitals().isReady()).as("slow is not away").isTrue();
        trial.vitals().areGood();
        return true;
    }

    private static boolean goesOn(List<UUID> rooms, Witness witness) {
        for (var room : rooms) {
            long asked = System.nanoTime();
            var answer = witness.sends(room);
            var took = Duration.ofNanos(System.nanoTime() - asked);
            LOG.infof("beside the held room: %s after %d ms", answer, took.toMillis());
            assertThat(answer.path("type").asText()).as(answer.toString()).isEqualTo("ok");
            assertThat(took).isLessThan(LONGEST_ELSEWHERE);
        }
        return true;
    }
}
