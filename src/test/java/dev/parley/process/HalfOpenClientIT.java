package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.FaultProxy;
import dev.parley.testing.Faults;
import dev.parley.testing.History.Event;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.ReconnectingClient;
import dev.parley.testing.Seed;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** N3: the cables of some clients are pulled, so that nobody is told of the end, while the others go on talking. */
@FaultSuite
class HalfOpenClientIT {
    private static final Logger LOG = Logger.getLogger(HalfOpenClientIT.class);
    private static final int CUT_OFF = 50;
    private static final int OTHERS = 10;
    private static final int ROOMS = 2;
    private static final int ROUNDS = Form.rounds(1, 5);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration SILENCE = Duration.ofSeconds(4);
    /** For the close frame that nobody takes, and of a busy machine. */
    private static final Duration SLACK = Duration.ofSeconds(20);

    private static final long MOST_GROWTH_MIB = 64;
    private static final int WARM_UP = 500;

    @TempDir
    Path directory;

    @Test
    void letsThemGoAndLetsThemResume() {
        var environment = new HashMap<>(Footprint.bounded());
        environment.put("PARLEY_CONNECTION_PING_INTERVAL", "1s");
        environment.put("PARLEY_CONNECTION_SILENCE_LIMIT", SILENCE.toSeconds() + "s");
        environment.put("PARLEY_GATEWAY_CLOSE_TIMEOUT", "1s");
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, environment);
                var cable = FaultProxy.to(scene.uri().getPort())) {
            var others = scene.clients(OTHERS, scene::uri);
            var cutOff = scene.clients(CUT_OFF, () -> URI.create("http://127.0.0.1:" + cable.port()));
            var all = new ArrayList<>(others);
            all.addAll(cutOff);
            var chatter = Chatter.of(all, ROOMS).begins(Seed.random(), PAUSE);
            chatter.awaitAcks(WARM_UP);
            long resident = Footprint.resident(scene.server());
            long files = Footprint.files(scene.server());
            for (int round = 1; round <= ROUNDS; round++) {
                pulls(cable, scene, files);
                chatter.awaitAcks(OTHERS);
                assertThat(Ghosts.of(scene.database()).connected())
                        .as("sessions shown as connected")
                        .isLessThanOrEqualTo(all.size());

                int wanted = round + 1;
                long mended = System.nanoTime();
                cable.passes();
                int _ = cable.resets();
                await("everybody back")
                        .atMost(SLACK)
                        .until(() -> cutOff.stream()
                                .allMatch(client -> client.connections() >= wanted && client.isAttached()));
                Faults.recoveredIn(Duration.ofNanos(System.nanoTime() - mended));
            }
            chatter.stops();
            scene.endsWithEveryPromiseKept();
            assertThat(others).allMatch(client -> client.connections() == 1, "others were left alone");
            hasResumedAlways(scene, cutOff);
            long growth = Footprint.resident(scene.server()) - resident;
            LOG.infof("%s; %d MiB at first, then %+d", Tally.of(scene.history()), resident, growth);
            assertThat(growth).as("growth in MiB above " + resident).isLessThan(MOST_GROWTH_MIB);
            scene.mayBeBusy(1 + ROUNDS);
            scene.stopsInGoodOrder();
        }
    }

    /** Returns when the server has nothing left of the clients that are cut off. */
    private static void pulls(FaultProxy cable, Scene scene, long files) {
        cable.fallsSilent();
        long pulled = System.nanoTime();
        await("the server to let go").atMost(SILENCE.plus(SLACK)).untilAsserted(() -> {
            assertThat(Metrics.sum(scene.server(), "parley_connections "))
                    .as("connections")
                    .isEqualTo(OTHERS);
            assertThat(Footprint.files(scene.server())).as("open files").isLessThan(files - CUT_OFF / 2);
        });
        LOG.infof(
                "let go after %d ms",
                Duration.ofNanos(System.nanoTime() - pulled).toMillis());
    }

    private static void hasResumedAlways(Scene scene, List<ReconnectingClient> cutOff) {
        assertThat(scene.history().events())
                .as("sessions that were not known any more")
                .filteredOn(event -> event instanceof Event.Returned back && !back.resumed())
                .hasSize(OTHERS + cutOff.size()); // when they came first
    }
}
