package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Faults;
import dev.parley.testing.Habits;
import dev.parley.testing.ReconnectingClient;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** A busy room with a reader who takes one message a second from a socket that holds little, and a quick one. */
final class SlowReading {
    /** What the server may need for it at most. */
    static final long MOST_GROWTH_MIB = 64;

    private static final Logger LOG = Logger.getLogger(SlowReading.class);
    private static final int WARM_UP = 15_000;
    private static final int MESSAGES = 150_000;
    private static final int NARROW = 4096;

    private final Scene scene;
    private final CountDownLatch hurry = new CountDownLatch(1);
    private final ReconnectingClient quick;
    private final ReconnectingClient slow;
    private final UUID room;
    private long before;

    SlowReading(Scene scene) {
        this.scene = scene;
        quick = scene.client("quick");
        room = quick.creates("busy");
        slow = scene.client("slow", new Habits(this::oneMessageASecond, NARROW, 1));
        slow.follows(room);
    }

    ReconnectingClient quick() {
        return quick;
    }

    UUID room() {
        return room;
    }

    int connections() {
        return slow.connections();
    }

    /** Has much be said, and answers with the server's growth in MiB meanwhile. */
    long growth() {
        var crowd = Crowd.of(scene, 4, room);
        crowd.says(WARM_UP);
        before = Footprint.resident(scene.server());
        long began = System.nanoTime();
        crowd.says(MESSAGES);
        long rate = MESSAGES * 1000L / Math.max(1, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
        long behind =
                scene.stored().heads().getOrDefault(room, 0L) - slow.seqs().getOrDefault(room, 0L);
        assertThat(behind).as("entries that the slow reader is behind").isGreaterThan(MESSAGES / 2);
        Faults.injected("slow reader");
        LOG.infof("%d messages/s; behind by %d; %d MiB, then at most %+d", rate, behind, before, growthSoFar());
        return growthSoFar();
    }

    /** Since before. */
    long growthSoFar() {
        return Footprint.peak(scene.server()) - before;
    }

    /** From now on the slow one takes all that it can. */
    void hurries() {
        hurry.countDown();
    }

    private void oneMessageASecond() {
        try {
            boolean _ = hurry.await(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
