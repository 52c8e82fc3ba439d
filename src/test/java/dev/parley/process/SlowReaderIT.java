package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who reads slowly costs the server nothing and misses nothing. */
@FaultSuite
class SlowReaderIT {
    private static final Logger LOG = Logger.getLogger(SlowReaderIT.class);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @Test
    void feedsSlowReaderAtItsPaceAndKeepsNothingForIt() {
        try (var scene = new Scene(directory, Footprint.bounded())) {
            var reading = new SlowReading(scene);
            long _ = reading.growth();
            var head = scene.stored().heads().get(reading.room());
            await("the quick reader at the head")
                    .atMost(LIMIT)
                    .until(() -> Map.of(reading.room(), head == null ? -1L : head)
                            .equals(reading.quick().seqs()));

            reading.hurries();
            scene.endsWithEveryPromiseKept();
            LOG.infof(
                    "slow reader was connected %d times; at most %+d MiB in the end; %s",
                    reading.connections(), reading.growthSoFar(), Tally.of(scene.history()));
            assertThat(reading.growthSoFar()).as("growth in MiB").isLessThan(SlowReading.MOST_GROWTH_MIB);
            scene.stopsInGoodOrder();
        }
    }
}
