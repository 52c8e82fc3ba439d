package dev.parley.process;

import static org.awaitility.Awaitility.await;

import dev.parley.testing.Faults;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.ReconnectingClient;
import dev.parley.testing.Seed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers are killed with everybody talking, and nobody misses a word. */
@FaultSuite
class KillUnderLoadIT {
    private static final Logger LOG = Logger.getLogger(KillUnderLoadIT.class);
    private static final int CLIENTS = 20;
    private static final int ROOMS = 5;
    /** In the long form there are as many as fit into its five minutes. */
    private static final int KILLS = 3;

    private static final int KILLS_OF_ALL = Form.rounds(1, 10);
    private static final Duration KILL_EVERY = Duration.ofSeconds(5);
    private static final Duration LONG_FORM = Duration.ofMinutes(5);
    private static final int FEWEST_ACKS_BEFORE_A_KILL = 500;
    private static final int MOST_ACKS_BEFORE_A_KILL = 2500;
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Nodes are given up soon after they were killed. */
    private static final Map<String, String> SOON_MISSED =
            Map.of("PARLEY_CLUSTER_HEARTBEAT_INTERVAL", "1s", "PARLEY_CLUSTER_DEAD_AFTER", "3s");

    @TempDir
    Path directory;

    /** C1. */
    @Test
    void losesNothingAndDoublesNothingWhenItIsKilled() {
        try (var scene = new Scene(directory, Map.of())) {
            var random = Seed.random();
            // In the long form there is five minutes of it to keep in mind, and to check.
            var chatter = scene.chatter(CLIENTS, ROOMS).begins(random, Form.isLong() ? PAUSE : Duration.ZERO);
            long began = System.nanoTime();
            for (int kill = 1; goesOn(kill, began); kill++) {
                awaitMoment(chatter, random, began + (kill - 1) * KILL_EVERY.toNanos());
                scene.server().kill9();
                long killed = System.nanoTime();
                scene.startsAgain();
                awaitEverybody(chatter, chatter.clients(), kill, killed);
            }
            chatter.awaitAcks(FEWEST_ACKS_BEFORE_A_KILL);
            chatter.stops();
            scene.endsWithEveryPromiseKept();
            LOG.info(Tally.of(scene.history()));
            scene.mayBeBusy(1 + kills());
            scene.stopsInGoodOrder();
        }
    }

    /** C2. */
    @Test
    void losesNothingAndDoublesNothingWhenAllNodesAreKilledAtOnce() {
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, SOON_MISSED)) {
            var nodes = List.of(scene.server(), scene.startsAnother());
            var clients = new ArrayList<ReconnectingClient>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(scene.client("client" + i, nodes.get(i % nodes.size())));
            }
            var random = Seed.random();
            var chatter = Chatter.of(clients, ROOMS).begins(random, PAUSE);
            for (int kill = 1; kill <= KILLS_OF_ALL; kill++) {
                chatter.awaitAcks(random.nextInt(FEWEST_ACKS_BEFORE_A_KILL, MOST_ACKS_BEFORE_A_KILL));
                long killed = System.nanoTime();
                scene.killsAllAndStartsThemAgain();
                awaitEverybody(chatter, clients, kill, killed);
            }
            chatter.awaitAcks(FEWEST_ACKS_BEFORE_A_KILL);
            chatter.stops();
            scene.endsWithEveryPromiseKept();
            LOG.info(Tally.of(scene.history()));
            scene.mayBeBusy(1 + kills());
            scene.stopsInGoodOrder();
        }
    }

    private static boolean goesOn(int kill, long began) {
        return Form.isLong() ? System.nanoTime() - began < LONG_FORM.toNanos() : kill <= KILLS;
    }

    /** In the long form the next five seconds are over; else some messages were acknowledged. */
    private static void awaitMoment(Chatter chatter, Random random, long due) {
        if (Form.isLong()) {
            chatter.awaitAcks(1);
            await("the next kill").atMost(LIMIT).until(() -> System.nanoTime() >= due);
        } else {
            chatter.awaitAcks(random.nextInt(FEWEST_ACKS_BEFORE_A_KILL, MOST_ACKS_BEFORE_A_KILL));
        }
    }

    private static void awaitEverybody(Chatter chatter, List<ReconnectingClient> clients, int kill, long killed) {
        long ready = System.nanoTime();
        chatter.awaitAcks(1);
        long firstAck = System.nanoTime();
        await("everybody back")
                .atMost(LIMIT)
                .until(() -> clients.stream().allMatch(client -> client.connections() > kill && client.isAttached()));
        long back = System.nanoTime();
        Faults.recoveredIn(Duration.ofNanos(back - killed));
        LOG.infof(
                "kill %d: ready after %d ms, first ack after %d ms, everybody back after %d ms",
                kill, millis(killed, ready), millis(killed, firstAck), millis(killed, back));
    }

    private static int kills() {
        return Faults.all().values().stream().mapToInt(Integer::intValue).sum();
    }

    private static long millis(long from, long to) {
        return TimeUnit.NANOSECONDS.toMillis(to - from);
    }
}
