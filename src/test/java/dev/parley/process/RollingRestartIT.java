package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.Absence;
import dev.parley.testing.Faults;
import dev.parley.testing.HaProxy;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.ReconnectingClient;
import dev.parley.testing.Seed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** C3: two nodes behind HAProxy are restarted in turn with everybody talking. */
@FaultSuite
class RollingRestartIT {
    private static final Logger LOG = Logger.getLogger(RollingRestartIT.class);
    private static final int RESTARTS = Form.rounds(2, 10);
    private static final int CLIENTS = Form.rounds(240, 500);
    private static final int CLIENTS_PER_ROOM = 20;
    /** Of each client between two messages: they are many. */
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private static final int ACKS = 300;
    /** Of a client, see {@link Absence}. */
    private static final Duration LONGEST_WITHOUT_SERVICE = Duration.ofSeconds(3);
    /**
     * The short form shares its machine, with two nodes, one of them on its way up, and another test: there one in a
     * hundred may wait for longer, and nobody for so long.
     */
    private static final Duration LONGEST_ON_BUSY_MACHINE = Duration.ofSeconds(20);

    private static final int SERVICE_RESTART = 1012;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void isNoEventForThoseWhoTalk() {
        assumeThat(HaProxy.program()).as("haproxy: apt-get install haproxy").isPresent();
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, environment());
                var balancer = HaProxy.before(scene.server(), scene.startsAnother(), directory)) {
            var clients = scene.clients(CLIENTS, balancer::uri);
            var chatters = Together.make(
                    CLIENTS / CLIENTS_PER_ROOM,
                    i -> Chatter.of(clients.subList(i * CLIENTS_PER_ROOM, (i + 1) * CLIENTS_PER_ROOM), 1));
            var random = Seed.random();
            chatters.forEach(chatter -> chatter.begins(random, PAUSE));
            for (int restart = 0; restart < RESTARTS; restart++) {
                awaitAcks(chatters);
                int moved = absences(clients).size();
                var _ = scene.restarts(scene.nodes().get(restart % 2));
                balancer.awaitBothUp();
                await("everybody back")
                        .atMost(LIMIT)
                        .until(() -> clients.stream().allMatch(ReconnectingClient::isAttached));
                assertThat(absences(clients)).as("clients that had to move").hasSizeGreaterThan(moved);
            }
            awaitAcks(chatters);
            chatters.forEach(Chatter::stops);
            scene.endsWithEveryPromiseKept();
            judge(absences(clients));
            LOG.info(Tally.of(scene.history()));
            scene.mayBeBusy(1 + RESTARTS);
            scene.stopsInGoodOrder();
        }
    }

    private static void judge(List<Absence> absences) {
        var times = absences.stream().map(Absence::took).sorted().toList();
        var longest = times.getLast();
        var p99 = times.get(times.size() * 99 / 100);
        LOG.infof(
                "%d times a client moved; without service: median %d ms, p99 %d ms, at most %d ms",
                times.size(), times.get(times.size() / 2).toMillis(), p99.toMillis(), longest.toMillis());
        Faults.recoveredIn(longest);
        assertThat(absences).extracting(Absence::closeCode).containsOnly(SERVICE_RESTART);
        assertThat(longest)
                .as("longest without service")
                .isLessThan(Form.isLong() ? LONGEST_WITHOUT_SERVICE : LONGEST_ON_BUSY_MACHINE);
    }

    /**
     * Somebody else is there at once, so nobody need be asked to wait but for not coming all together; and the waves are
     * small enough for a machine that has to start one node, serve by the other and carry the clients.
     */
    private static Map<String, String> environment() {
        return Map.of("PARLEY_CONNECTION_COME_BACK_AFTER", "0s", "PARLEY_DRAIN_WAVE_SOCKETS", "25");
    }

    private static List<Absence> absences(List<ReconnectingClient> clients) {
        return clients.stream().flatMap(client -> client.absences().stream()).toList();
    }

    private static void awaitAcks(List<Chatter> chatters) {
        long goal = acknowledged(chatters) + ACKS;
        await("acknowledgements").atMost(LIMIT).until(() -> acknowledged(chatters) >= goal);
    }

    private static long acknowledged(List<Chatter> chatters) {
        return chatters.stream().mapToLong(Chatter::acknowledged).sum();
    }
}
