package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.FaultProxy;
import dev.parley.testing.Faults;
import dev.parley.testing.Habits;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.ReconnectingClient;
import dev.parley.testing.Seed;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One of two nodes stops in its tracks, as when its machine swaps or is moved, and goes on later as if nothing had been,
 * with everybody talking.
 */
@FaultSuite
class FrozenServerIT {
    private static final Logger LOG = Logger.getLogger(FrozenServerIT.class);
    private static final int CLIENTS_EACH = 6;
    private static final int ROOMS = 3;
    private static final int ACKS = 300;
    private static final int ROUNDS = Form.rounds(1, 5);
    private static final int MOST_BLOCKED = 10 * ROUNDS;
    private static final int STACK = 100;
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration DEAD_AFTER = Duration.ofSeconds(3);
    /** Not long enough to count as dead. */
    private static final Duration SHORT = Duration.ofSeconds(1);

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration LONGEST_TO_GO_ON = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    @Test
    void goesOnWhereItWasAndKeepsNobodyWhoHasMoved() {
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, environment());
                var way = FaultProxy.to(scene.uri().getPort())) {
            var frozen = scene.server();
            var other = scene.startsAnother();
            var stay = clients(scene, "stays", frozen::baseUri);
            var move = clients(scene, "moves", () -> URI.create("http://127.0.0.1:" + way.port()));
            var elsewhere = clients(scene, "elsewhere", other::baseUri);
            var all = Stream.of(stay, move, elsewhere).flatMap(List::stream).toList();
            var chatter = Chatter.of(all, ROOMS).begins(Seed.random(), PAUSE);
            chatter.awaitAcks(ACKS);

            frozen.freezes();
            passes(SHORT);
            thaws(scene, chatter, all);
            assertThat(all).allMatch(client -> client.connections() == 1, "nobody has lost a connection");

            for (int round = 1; round <= ROUNDS; round++) {
                int turn = round;
                frozen.freezes();
                await("to be given up for dead")
                        .atMost(DEAD_AFTER.plus(LIMIT))
                        .until(() -> Ghosts.of(scene.database()).connected() == CLIENTS_EACH);
                way.leadsTo(other.baseUri().getPort());
                assertThat(way.resets()).isEqualTo(CLIENTS_EACH);
                await("sessions taken over")
                        .atMost(LIMIT)
                        .until(() -> move.stream()
                                .allMatch(client -> client.connections() == 2 * turn && client.isAttached()));
                thaws(scene, chatter, all);
                // And back, for the next round.
                way.leadsTo(frozen.baseUri().getPort());
                assertThat(way.resets()).isEqualTo(CLIENTS_EACH);
                await("sessions taken back")
                        .atMost(LIMIT)
                        .until(() -> move.stream()
                                .allMatch(client -> client.connections() == 2 * turn + 1 && client.isAttached()));
                Ghosts.of(scene.database()).areNoneBesidesThoseOf(scene.nodes());
            }
            chatter.stops();
            scene.endsWithEveryPromiseKept();
            assertThat(Stream.concat(stay.stream(), elsewhere.stream()))
                    .allMatch(client -> client.connections() == 1, "who did not move has lost no connection");
            LOG.info(Tally.of(scene.history()));
            scene.mayBeBusy(1 + ROUNDS);
            // Once more on a machine so busy that it looks frozen.
            scene.mayTell("This node was taken for dead", ROUNDS + 1);
            // Of threads that were stopped for longer than Vert.x likes.
            scene.mayTell("BlockedThreadChecker", MOST_BLOCKED);
            scene.mayTell("\tat ", MOST_BLOCKED * STACK);
            scene.stopsInGoodOrder();
        }
    }

    private static List<ReconnectingClient> clients(Scene scene, String nick, Supplier<URI> way) {
        var clients = new ArrayList<ReconnectingClient>();
        for (int i = 0; i < CLIENTS_EACH; i++) {
            clients.add(scene.client(nick + i, Habits.USUAL, way));
        }
        return clients;
    }

    /** Everybody is served again, soon; each session is shown where it is, and only there. */
    private static void thaws(Scene scene, Chatter chatter, List<ReconnectingClient> all) {
        long thawed = System.nanoTime();
        scene.server().thaws();
        var room = chatter.rooms().getFirst();
        all.stream()
                .map(client -> client.says(room, "still here"))
                .toList()
                .forEach(answer -> answer.orTimeout(LONGEST_TO_GO_ON.toSeconds(), TimeUnit.SECONDS)
                        .join());
        Faults.recoveredIn(Duration.ofNanos(System.nanoTime() - thawed));
        // Waited for: a node that was taken for dead once more, on a busy machine, says anew who is there. That it is
        // not robbed of them while it lives is for NodeStoreTest: here an acknowledgement would store them again.
        await("everybody to be shown")
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(Ghosts.of(scene.database()).connected())
                        .as("sessions shown as connected")
                        .isEqualTo(all.size()));
        Ghosts.of(scene.database()).areNoneBesidesThoseOf(scene.nodes());
        chatter.awaitAcks(ACKS);
    }

    private static void passes(Duration time) {
        await("time to pass").pollDelay(time).until(() -> true);
    }

    private static Map<String, String> environment() {
        return Map.of(
                "PARLEY_CLUSTER_HEARTBEAT_INTERVAL", "1s", "PARLEY_CLUSTER_DEAD_AFTER", DEAD_AFTER.toSeconds() + "s");
    }
}
