package dev.parley.process;

import static org.awaitility.Awaitility.await;

import dev.parley.testing.ReconnectingClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
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
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicBoolean talking = new AtomicBoolean(true);

    @Test
    void losesNothingAndDoublesNothingWhenItIsKilled() throws InterruptedException {
        LOG.infof("seed %d (again by -Dparley.seed)", seed);
        var random = new Random(seed);
        try (var scene = new Scene(directory, Map.of())) {
            var clients = clients(scene);
            var rooms = rooms(clients);
            var speakers = clients.stream()
                    .map(client -> Thread.ofVirtual().start(() -> talk(client, rooms, random.nextLong())))
                    .toList();
            for (int kill = 1; kill <= KILLS; kill++) {
                awaitAcks(random.nextInt(FEWEST_ACKS_BEFORE_A_KILL, MOST_ACKS_BEFORE_A_KILL));
                scene.server().kill9();
                long killedAt = System.nanoTime();
                scene.startsAgain();
                long ready = System.nanoTime();
                awaitAcks(1);
                long firstAck = System.nanoTime();
                int wanted = kill + 1;
                await("everybody back")
                        .atMost(LIMIT)
                        .until(() -> clients.stream()
                                .allMatch(client -> client.connections() >= wanted && client.isAttached()));
                LOG.infof(
                        "kill %d: ready after %d ms, first ack after %d ms, everybody back after %d ms",
                        kill, millis(killedAt, ready), millis(killedAt, firstAck), millis(killedAt, System.nanoTime()));
            }
            awaitAcks(FEWEST_ACKS_BEFORE_A_KILL);
            talking.set(false);
            for (var speaker : speakers) {
                speaker.join(LIMIT);
            }
            scene.endsWithEveryPromiseKept();
            LOG.info(Tally.of(scene.history()));
            scene.stopsInGoodOrder();
        }
    }

    private static List<ReconnectingClient> clients(Scene scene) {
        var clients = new ArrayList<ReconnectingClient>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(scene.client("client" + i));
        }
        return clients;
    }

    private static List<UUID> rooms(List<ReconnectingClient> clients) {
        var rooms = new ArrayList<UUID>();
        for (int i = 0; i < ROOMS; i++) {
            var host = clients.get(i);
            var room = host.creates("room " + i);
            rooms.add(room);
            clients.stream().filter(client -> client != host).forEach(client -> client.follows(room));
        }
        return rooms;
    }

    /** As fast as the answers come. */
    private void talk(ReconnectingClient client, List<UUID> rooms, long mySeed) {
        var random = new Random(mySeed);
        for (int n = 0; talking.get(); n++) {
            var _ = client.says(rooms.get(random.nextInt(ROOMS)), "message " + n + " grüße 👋")
                    .thenRun(acknowledged::incrementAndGet);
        }
    }

    private void awaitAcks(int more) {
        long goal = acknowledged.get() + more;
        await(more + " more acknowledgements")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> acknowledged.get() >= goal);
    }

    private static long millis(long from, long to) {
        return TimeUnit.NANOSECONDS.toMillis(to - from);
    }
}
