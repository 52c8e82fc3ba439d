package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.Faults;
import dev.parley.testing.Habits;
import dev.parley.testing.ReconnectingClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who reads slowly costs the server nothing and misses nothing. */
@FaultSuite
class SlowReaderIT {
    private static final Logger LOG = Logger.getLogger(SlowReaderIT.class);
    private static final int WARM_UP = 15_000;
    private static final int MESSAGES = 150_000;
    private static final int NARROW = 4096;
    private static final long MOST_GROWTH_MIB = 64;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final CountDownLatch hurry = new CountDownLatch(1);

    @Test
    void feedsSlowReaderAtItsPaceAndKeepsNothingForIt() {
        try (var scene = new Scene(directory, Footprint.bounded())) {
            var quick = scene.client("quick");
            var room = quick.creates("busy");
            var slow = scene.client("slow", new Habits(this::oneMessageASecond, NARROW, 1));
            slow.follows(room);
            var crowd = Crowd.of(scene, 4, room);
            crowd.says(WARM_UP);
            long before = Footprint.resident(scene.server());

            long began = System.nanoTime();
            crowd.says(MESSAGES);
            long rate = MESSAGES * 1000L / Math.max(1, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));

            awaitHead(scene, quick, room);
            long behind =
                    scene.stored().heads().getOrDefault(room, 0L) - slow.seqs().getOrDefault(room, 0L);
            assertThat(behind).as("entries that the slow reader is behind").isGreaterThan(MESSAGES / 2);
            Faults.injected("slow reader");
            long growth = Footprint.peak(scene.server()) - before;
            LOG.infof("%d messages/s; behind by %d; %d MiB, then at most %+d", rate, behind, before, growth);

            hurry.countDown();
            scene.endsWithEveryPromiseKept();
            LOG.infof(
                    "slow reader was connected %d times; at most %+d MiB in the end; %s",
                    slow.connections(), Footprint.peak(scene.server()) - before, Tally.of(scene.history()));
            assertThat(Footprint.peak(scene.server()) - before)
                    .as("growth in MiB above " + before)
                    .isLessThan(MOST_GROWTH_MIB);
            scene.stopsInGoodOrder();
        }
    }

    private void oneMessageASecond() {
        try {
            boolean _ = hurry.await(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitHead(Scene scene, ReconnectingClient reader, UUID room) {
        var head = scene.stored().heads().get(room);
        await("the quick reader at the head")
                .atMost(LIMIT)
                .until(() -> Map.of(room, head == null ? -1L : head).equals(reader.seqs()));
    }
}
