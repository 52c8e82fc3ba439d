package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.Faults;
import dev.parley.testing.History.Event;
import dev.parley.testing.History.Said;
import dev.parley.testing.ReconnectingClient;
import dev.parley.testing.TestSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that never read, in a room that does not stop talking, harm nobody and do not stay. */
@FaultSuite
class HostileReaderIT {
    private static final Logger LOG = Logger.getLogger(HostileReaderIT.class);
    private static final int WARM_UP = 15_000;
    private static final int MESSAGES = 200_000;
    private static final int HOSTILE = 5;
    private static final int NARROW = 4096;
    private static final long MOST_GROWTH_MIB = 64;
    /** Below what the edge allows per second, so that only the backlog gives them away. */
    private static final long BETWEEN_PINGS = Duration.ofMillis(50).toNanos();
    /** Others must go on: not a figure of speed, on a machine that does much else. */
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(5);

    private static final Duration CUT_LIMIT = Duration.ofSeconds(90);

    @TempDir
    Path directory;

    private final AtomicBoolean talking = new AtomicBoolean(true);
    private final List<Long> answerNanos = Collections.synchronizedList(new ArrayList<>());

    @Test
    void spendsNothingOnThoseWhoNeverReadAndCutsThem() throws Exception {
        try (var scene = new Scene(directory, Footprint.bounded())) {
            var reader = scene.client("reader");
            var room = reader.creates("busy");
            var crowd = Crowd.of(scene, 4, room);
            crowd.says(WARM_UP);
            var bystander = scene.client("bystander");
            var elsewhere = bystander.creates("quiet");
            var polite = Thread.ofVirtual().start(() -> talkPolitely(bystander, elsewhere));
            long before = Footprint.resident(scene.server());

            var hostile = new ArrayList<Thread>();
            for (int i = 0; i < HOSTILE; i++) {
                hostile.add(neverReads(scene, room, BETWEEN_PINGS));
            }
            var flood = neverReads(scene, room, 0);
            crowd.says(MESSAGES);

            assertThat(flood.join(CUT_LIMIT)).as("cut for its flood").isTrue();
            for (var one : hostile) {
                assertThat(one.join(CUT_LIMIT)).as("cut for its backlog").isTrue();
            }
            Faults.injected("reader that never reads", HOSTILE + 1);
            talking.set(false);
            assertThat(polite.join(CUT_LIMIT)).isTrue();
            scene.endsWithEveryPromiseKept();
            long growth = Footprint.peak(scene.server()) - before;
            LOG.infof("%d MiB, then at most %+d; %s; %s", before, growth, answers(), Tally.of(scene.history()));
            assertThat(growth).as("growth in MiB above " + before).isLessThan(MOST_GROWTH_MIB);
            assertThat(Collections.max(answerNanos)).isLessThan(LONGEST_ANSWER.toNanos());
            int present = 2 + crowd.members().size();
            await("nobody else left")
                    .untilAsserted(() -> assertThat(Metrics.sum(scene.server(), "parley_connections "))
                            .isEqualTo(present));
            scene.stopsInGoodOrder();
        }
    }

    /** Opens the room and hears nothing of it; pings until it is cut. */
    private static Thread neverReads(Scene scene, UUID room, long pause) throws IOException {
        var account = scene.registers("hostile");
        var joining = new Said(room, UUID.fromString(account.id()), "join");
        scene.history().add(new Event.Invoked(joining));
        var socket = TestSocket.opens(scene.uri(), NARROW);
        socket.says("{\"type\":\"hello\",\"token\":\"" + account.token() + "\"}");
        socket.says("{\"type\":\"join\",\"cid\":\"join\",\"room\":\"" + room + "\"}");
        // Its answers are the last that it hears.
        socket.hears();
        socket.hears();
        socket.says("{\"type\":\"open\",\"since\":0,\"room\":\"" + room + "\"}");
        return Thread.ofVirtual().start(() -> {
            try (socket) {
                while (true) {
                    socket.pings();
                    LockSupport.parkNanos(pause);
                }
            } catch (IOException _) {
                // It was cut.
            }
        });
    }

    /** One message at a time, and how long each took. */
    private void talkPolitely(ReconnectingClient client, UUID room) {
        while (talking.get()) {
            long said = System.nanoTime();
            client.says(room, "hello").join();
            answerNanos.add(System.nanoTime() - said);
            LockSupport.parkNanos(BETWEEN_PINGS);
        }
    }

    private String answers() {
        var sorted = answerNanos.stream().sorted().toList();
        return "%d answers elsewhere: median %d ms, p99 %d ms, longest %d ms"
                .formatted(
                        sorted.size(),
                        TimeUnit.NANOSECONDS.toMillis(sorted.get(sorted.size() / 2)),
                        TimeUnit.NANOSECONDS.toMillis(sorted.get(sorted.size() * 99 / 100)),
                        TimeUnit.NANOSECONDS.toMillis(sorted.getLast()));
    }
}
