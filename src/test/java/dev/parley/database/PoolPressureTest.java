package dev.parley.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.database.PoolPressureChanged.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PoolPressureTest {
    private static final int MAX = 16;
    private final PoolPressure pressure = new PoolPressure(80, 95);
    private final List<Level> changes = new ArrayList<>(List.of(Level.EASE));

    @Test
    void risesStepByStepAndFallsToEase() {
        samples(30, 14);
        assertThat(changes).containsExactly(Level.EASE, Level.BUSY);
        samples(30, MAX);
        assertThat(changes).containsExactly(Level.EASE, Level.BUSY, Level.EXHAUSTED);
        samples(30, 11); // 69 %: below where it rose, but not by much
        assertThat(changes).hasSize(3);
        samples(30, 2);
        assertThat(changes).containsExactly(Level.EASE, Level.BUSY, Level.EXHAUSTED, Level.EASE);
    }

    @Test
    void doesNotMindOneBusyMoment() {
        samples(10, 1);
        samples(3, MAX);
        samples(10, 1);

        assertThat(changes).containsExactly(Level.EASE);
    }

    @Test
    void alertsOnceAndClearsOnceHoweverALoadFlickers() {
        var random = new Random(7);
        for (int i = 0; i < 600; i++) {
            samples(1, random.nextInt(5) == 0 ? 12 : MAX);
        }
        samples(60, 1);

        assertThat(changes).containsExactly(Level.EASE, Level.BUSY, Level.EXHAUSTED, Level.EASE);
    }

    private void samples(int count, int inUse) {
        IntStream.range(0, count).forEach(_ -> {
            var level = pressure.sample(new PoolUse(MAX, MAX, inUse, 0));
            if (changes.getLast() != level) {
                changes.add(level);
            }
        });
    }
}
