package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.testing.TestSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who says more than is served, or hears, is made to wait: the server keeps no more of it than a few commands. */
class EagerClientIT {
    private static final Logger LOG = Logger.getLogger(EagerClientIT.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SENDS = 10_000;
    private static final int PINGS = 3_000_000;
    private static final int MOST_PINGS_TAKEN = 500_000;
    private static final int MOST_IN_FLIGHT = 64;
    private static final int NARROW = 4096;
    private static final long MOST_GROWTH_MIB = 64;
    private static final Duration LIMIT = Duration.ofSeconds(90);

    @TempDir
    Path directory;

    @Test
    void takesNoMoreSendsThanItCanWorkOn() throws Exception {
        try (var scene = new Scene(directory, Footprint.bounded())) {
            try (var socket = TestSocket.opens(scene.uri(), 0);
                    var database = scene.database().connect();
                    var lock = database.createStatement()) {
                var room = enter(scene, socket);
                database.setAutoCommit(false);
                lock.execute("select from room for update");
                var saying = Thread.ofVirtual().start(() -> saySends(socket, room));
                await("the limit").until(() -> inFlight(scene) >= MOST_IN_FLIGHT);
                await("no more than the limit")
                        .during(Duration.ofSeconds(1))
                        .atMost(Duration.ofSeconds(3))
                        .until(() -> inFlight(scene) <= MOST_IN_FLIGHT);
                database.rollback();
                for (int i = 0; i < SENDS; i++) {
                    var answer = JSON.readTree(socket.hears());
                    assertThat(answer.path("re").asInt()).as(answer.toString()).isEqualTo(i);
                    assertThat(answer.path("seq").asInt()).as(answer.toString()).isEqualTo(2 + i);
                }
                assertThat(saying.join(LIMIT)).isTrue();
            }
            scene.stopsInGoodOrder();
        }
    }

    @Test
    void keepsNoAnswersForOneWhoDoesNotReadThem() throws Exception {
        var environment = new HashMap<>(Footprint.bounded());
        environment.put("PARLEY_CONNECTION_STUCK_LIMIT", "5s");
        try (var scene = new Scene(directory, environment);
                var socket = TestSocket.opens(scene.uri(), NARROW)) {
            enter(scene, socket);
            long before = Footprint.resident(scene.server());
            var said = new AtomicInteger();
            var saying = Thread.ofVirtual().start(() -> sayPings(socket, said));
            assertThat(saying.join(LIMIT)).as("cut in the end").isTrue();
            long growth = Footprint.peak(scene.server()) - before;
            LOG.infof("%d pings were taken; %d MiB, then at most %+d", said.get(), before, growth);
            // What the kernel takes on both sides, and little more.
            assertThat(said).hasValueLessThan(MOST_PINGS_TAKEN);
            assertThat(growth).as("growth in MiB above " + before).isLessThan(MOST_GROWTH_MIB);
            scene.stopsInGoodOrder();
        }
    }

    private static double inFlight(Scene scene) {
        return Metrics.sum(scene.server(), "parley_commands_in_flight");
    }

    private static String enter(Scene scene, TestSocket socket) throws IOException {
        socket.says(
                "{\"type\":\"hello\",\"token\":\"" + scene.registers("eager").token() + "\"}");
        socket.hears();
        socket.says("{\"type\":\"create_room\",\"cid\":\"r\",\"name\":\"eager\"}");
        return JSON.readTree(socket.hears()).path("room").asText();
    }

    private static void saySends(TestSocket socket, String room) {
        var body = "x".repeat(1000);
        try {
            for (int i = 0; i < SENDS; i++) {
                socket.says("{\"type\":\"send\",\"id\":\"%d\",\"cid\":\"%1$d\",\"room\":\"%s\",\"body\":\"%s\"}"
                        .formatted(i, room, body));
            }
        } catch (IOException _) {
            // The answers will not be complete.
        }
    }

    private static void sayPings(TestSocket socket, AtomicInteger said) {
        try {
            while (said.get() < PINGS) {
                socket.says("{\"type\":\"ping\",\"id\":\"1\"}");
                said.incrementAndGet();
            }
        } catch (IOException _) {
            // It was cut.
        }
    }
}
