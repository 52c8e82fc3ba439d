package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.FaultProxy;
import dev.parley.testing.Faults;
import dev.parley.testing.History.Event;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.Seed;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** N6: two thousand clients lose their connections in one moment, and all come back in the next. */
@FaultSuite
class ReconnectStormIT {
    private static final Logger LOG = Logger.getLogger(ReconnectStormIT.class);
    private static final int CLIENTS = 2000;
    private static final int CLIENTS_PER_ROOM = 20;
    private static final int TALKING_ROOMS = 5;
    private static final int STORMS = Form.rounds(1, 5);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_TO_COME_BACK = Duration.ofSeconds(90);
    /** Of the pool, and those that the program keeps beside it. */
    private static final int MOST_DATABASE_CONNECTIONS = 18;

    private static final long MOST_GROWTH_MIB = 96;

    @TempDir
    Path directory;

    @Test
    void comesThroughWhenEverybodyComesBackAtOnce() {
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, Footprint.bounded());
                var way = FaultProxy.to(scene.uri().getPort());
                var vitals = Vitals.of(scene.server())) {
            var clients = scene.clients(CLIENTS, () -> URI.create("http://127.0.0.1:" + way.port()));
            var chatters = Together.make(
                    CLIENTS / CLIENTS_PER_ROOM,
                    i -> Chatter.of(clients.subList(i * CLIENTS_PER_ROOM, (i + 1) * CLIENTS_PER_ROOM), 1));
            var random = Seed.random();
            chatters.stream().limit(TALKING_ROOMS).forEach(chatter -> chatter.begins(random, PAUSE));
            long before = Footprint.resident(scene.server());
            var connections = new AtomicInteger();
            for (int storm = 1; storm <= STORMS; storm++) {
                long cut = System.nanoTime();
                assertThat(way.resets()).as("connections cut at once").isEqualTo(CLIENTS);
                int wanted = storm + 1;
                await("everybody back").atMost(LONGEST_TO_COME_BACK).until(() -> {
                    connections.accumulateAndGet(database.connections(), Math::max);
                    return clients.stream().allMatch(client -> client.connections() >= wanted && client.isAttached());
                });
                var took = Duration.ofNanos(System.nanoTime() - cut);
                Faults.recoveredIn(took);
                LOG.infof("storm %d: all back after %d ms", storm, took.toMillis());
            }
            chatters.forEach(Chatter::stops);
            scene.endsWithEveryPromiseKept();
            vitals.areGood();
            LOG.infof(
                    "%s; %d connections to the database at most; %s, %d MiB before",
                    Tally.of(scene.history()), connections.get(), vitals, before);
            assertThat(scene.history().events())
                    .as("sessions that were not known any more")
                    .filteredOn(event -> event instanceof Event.Returned back && !back.resumed())
                    .hasSize(CLIENTS); // when they came first
            assertThat(connections).hasValueLessThanOrEqualTo(MOST_DATABASE_CONNECTIONS);
            assertThat(Footprint.resident(scene.server()) - before)
                    .as("growth in MiB above " + before)
                    .isLessThan(MOST_GROWTH_MIB);
            vitals.looksAway();
            scene.mayBeBusy(1 + STORMS);
            scene.stopsInGoodOrder();
        }
    }
}
