package dev.parley.process;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server is killed with everybody talking, and nobody misses a word. */
class KillUnderLoadIT {
    private static final Logger LOG = Logger.getLogger(KillUnderLoadIT.class);
    private static final int CLIENTS = 20;
    private static final int ROOMS = 5;
    private static final int KILLS = 3;
    private static final int FEWEST_ACKS_BEFORE_A_KILL = 500;
    private static final int MOST_ACKS_BEFORE_A_KILL = 2500;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final long seed = Long.getLong("parley.seed", System.nanoTime());

    @Test
    void losesNothingAndDoublesNothingWhenItIsKilled() {
        LOG.infof("seed %d (again by -Dparley.seed)", seed);
        var random = new Random(seed);
        try (var scene = new Scene(directory, Map.of())) {
            var chatter = scene.chatter(CLIENTS, ROOMS).begins(random, Duration.ZERO);
            for (int kill = 1; kill <= KILLS; kill++) {
                chatter.awaitAcks(random.nextInt(FEWEST_ACKS_BEFORE_A_KILL, MOST_ACKS_BEFORE_A_KILL));
                scene.server().kill9();
                long killedAt = System.nanoTime();
                scene.startsAgain();
                long ready = System.nanoTime();
                chatter.awaitAcks(1);
                long firstAck = System.nanoTime();
                int wanted = kill + 1;
                await("everybody back")
                        .atMost(LIMIT)
                        .until(() -> chatter.clients().stream()
                                .allMatch(client -> client.connections() >= wanted && client.isAttached()));
                LOG.infof(
                        "kill %d: ready after %d ms, first ack after %d ms, everybody back after %d ms",
                        kill, millis(killedAt, ready), millis(killedAt, firstAck), millis(killedAt, System.nanoTime()));
            }
            chatter.awaitAcks(FEWEST_ACKS_BEFORE_A_KILL);
            chatter.stops();
            scene.endsWithEveryPromiseKept();
            LOG.info(Tally.of(scene.history()));
            scene.stopsInGoodOrder();
        }
    }

    private static long millis(long from, long to) {
        return TimeUnit.NANOSECONDS.toMillis(to - from);
    }
}
