package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.process.Flock.Goodbye;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.ReconnectingClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM with two thousand clients connected, some of them in the middle of a sentence: nobody loses a word. */
class StopUnderLoadIT {
    private static final Logger LOG = Logger.getLogger(StopUnderLoadIT.class);
    private static final int LISTENERS = 2000;
    private static final int ACCOUNTS = 4;
    private static final int SPEAKERS = 24;
    private static final int ROOMS = 6;
    private static final int RESTART = 1012;
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Duration COME_BACK_AFTER = Duration.ofSeconds(1);
    /** Twenty waves take more than two seconds. */
    private static final Duration SHORTEST_SPREAD = Duration.ofSeconds(1);

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @Test
    void answersWhatIsInFlightAndSendsEverybodyAwayInWaves() {
        var random = new Random(Long.getLong("parley.seed", System.nanoTime()));
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, Map.of("PARLEY_SESSION_PER_ACCOUNT", "1000"))) {
            var accounts = Stream.generate(() -> scene.registers("listener"))
                    .limit(ACCOUNTS)
                    .toList();
            try (var flock = Flock.settles(scene.server(), accounts, LISTENERS)) {
                var chatter = scene.chatter(SPEAKERS, ROOMS).begins(random, Duration.ofMillis(20));
                chatter.awaitAcks(200);

                long told = System.nanoTime();
                long before = chatter.acknowledged();
                scene.server().sigterm();
                assertThat(scene.server().awaitExit()).as("exit code").isZero();
                var took = Duration.ofNanos(System.nanoTime() - told);

                LOG.infof("stopped in %d ms, %d acks on the way", took.toMillis(), chatter.acknowledged() - before);
                assertThat(took).isLessThan(DEADLINE);
                assertThat(chatter.acknowledged()).as("served until their wave").isGreaterThan(before);
                saidGoodbyeToEachOf(flock);
                scene.mayTell(" in use", 2); // two thousand sessions begin at once
                scene.leavesQuietLog();

                scene.startsAgain();
                chatter.clients().forEach(StopUnderLoadIT::cameBackInTime);
                chatter.awaitAcks(100);
                chatter.stops();
            }
            scene.endsWithEveryPromiseKept();
            LOG.info(Tally.of(scene.history()));
            scene.stopsInGoodOrder();
        }
    }

    private static void saidGoodbyeToEachOf(Flock flock) {
        await("all goodbyes").atMost(LIMIT).until(() -> flock.goodbyes().size() == LISTENERS);
        assertThat(flock.goodbyes()).allSatisfy(goodbye -> {
            assertThat(goodbye.code()).isEqualTo(RESTART);
            assertThat(goodbye.last().getString("type")).isEqualTo("bye");
            assertThat(goodbye.last().getInteger("code")).isEqualTo(RESTART);
            assertThat(goodbye.last().getBoolean("reconnect")).isTrue();
            assertThat(goodbye.last().getLong("after_ms")).isEqualTo(COME_BACK_AFTER.toMillis());
            assertThat(goodbye.last().getLong("jitter_ms")).isPositive();
        });
        var times = flock.goodbyes().stream().mapToLong(Goodbye::nanoTime).summaryStatistics();
        LOG.infof("sent away within %d ms", TimeUnit.NANOSECONDS.toMillis(times.getMax() - times.getMin()));
        assertThat(times.getMax() - times.getMin()).as("spread").isGreaterThan(SHORTEST_SPREAD.toNanos());
    }

    private static void cameBackInTime(ReconnectingClient client) {
        await("back").atMost(LIMIT).until(() -> client.connections() == 2 && client.isAttached());
        assertThat(client.partings()).singleElement().satisfies(parting -> {
            assertThat(parting.bye()).isTrue();
            assertThat(parting.code()).isEqualTo(RESTART);
            assertThat(parting.asked()).isEqualTo(COME_BACK_AFTER);
            assertThat(parting.away()).isGreaterThanOrEqualTo(COME_BACK_AFTER);
        });
    }
}
