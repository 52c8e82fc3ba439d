package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.Faults;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.ReconnectingClient;
import dev.parley.testing.Seed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** D11: two nodes that tell each other nothing. What one writes the other finds by itself, in order and in time. */
@FaultSuite
class SweepOnlyIT {
    private static final Logger LOG = Logger.getLogger(SweepOnlyIT.class);
    private static final int CLIENTS_PER_NODE = 8;
    private static final int ROOMS = 3;
    private static final int WORDS = 6;
    private static final int ACKS = Form.rounds(2000, 10_000);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration SWEEP = Duration.ofSeconds(2);
    /** Of a machine that is busy with both nodes and all clients. */
    private static final Duration SLACK = Duration.ofSeconds(3);

    @TempDir
    Path directory;

    @Test
    void bringsEverythingFromTheOtherNodeByTheSweep() throws Exception {
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, silent())) {
            var here = scene.server();
            var there = scene.startsAnother();
            var clients = new ArrayList<ReconnectingClient>();
            for (int i = 0; i < CLIENTS_PER_NODE; i++) {
                clients.add(scene.client("here" + i, here));
                clients.add(scene.client("there" + i, there));
            }
            var chatter = Chatter.of(clients, ROOMS);
            for (var node : List.of(here, there)) {
                assertThat(Metrics.sum(node, "parley_connections_attached")).isEqualTo(CLIENTS_PER_NODE);
            }

            var longest =
                    longestWay(clients.get(0), clients.get(1), chatter.rooms().getFirst());
            Faults.injected("no wake-ups");
            LOG.infof("the longest way from node to node took %d ms", longest.toMillis());
            assertThat(longest).isLessThan(SWEEP.plus(SLACK));

            chatter.begins(Seed.random(), PAUSE);
            chatter.awaitAcks(ACKS);
            chatter.stops();
            scene.endsWithEveryPromiseKept();
            chatter.hasLostNoConnection();
            LOG.info(Tally.of(scene.history()));
            scene.stopsInGoodOrder();
        }
    }

    private static Map<String, String> silent() {
        var environment = new HashMap<>(Footprint.bounded());
        environment.put("PARLEY_CLUSTER_WAKEUPS", "false");
        return environment;
    }

    /** From an acknowledgement on one node to the entry's arrival on the other, in both directions. */
    private static Duration longestWay(ReconnectingClient one, ReconnectingClient other, UUID room) throws Exception {
        var longest = Duration.ZERO;
        for (int i = 0; i < WORDS; i++) {
            var speaker = i % 2 == 0 ? one : other;
            var listener = i % 2 == 0 ? other : one;
            long seq = speaker.says(room, "do you hear me?")
                    .get(SWEEP.toSeconds(), TimeUnit.SECONDS)
                    .path("seq")
                    .asLong();
            long acknowledged = System.nanoTime();
            await("the entry on the other node")
                    .atMost(SWEEP.plus(SLACK))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> listener.seqs().getOrDefault(room, 0L) >= seq);
            var took = Duration.ofNanos(System.nanoTime() - acknowledged);
            longest = took.compareTo(longest) > 0 ? took : longest;
        }
        return longest;
    }
}
