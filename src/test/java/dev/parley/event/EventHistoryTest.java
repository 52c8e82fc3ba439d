package dev.parley.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventHistoryTest {
    private static final int SIZE = 4;
    private static final int WRITERS = 4;
    private static final int EACH = 20_000;

    private final EventHistory history = new EventHistory(() -> SIZE, new SimpleMeterRegistry());

    record Frequent(int n) implements DomainEvent {
        @Override
        public Subjects subjects() {
            return Subjects.of(String.valueOf(n));
        }
    }

    record Rare() implements DomainEvent {
        @Override
        public Subjects subjects() {
            return Subjects.of("rare");
        }
    }

    @Test
    void keepsTheLastOfEachTypeHoweverBusyAnotherIs() {
        history.add(new Rare(), System.nanoTime(), null);
        for (int i = 1; i <= 10; i++) {
            history.add(new Frequent(i), System.nanoTime(), null);
        }

        assertThat(history.newest(Optional.empty(), 100))
                .extracting(recorded -> recorded.subjects().what())
                .containsExactly("rare", "7", "8", "9", "10");
        assertThat(history.newest(Optional.of("Frequent"), 2))
                .extracting(recorded -> recorded.subjects().what())
                .containsExactly("9", "10");
        assertThat(history.counts()).containsExactly(new EventCount("Frequent", 10, 0), new EventCount("Rare", 1, 0));
    }

    @Test
    void countsEachThoughManyFireAtOnce() throws InterruptedException {
        var writers = IntStream.range(0, WRITERS)
                .mapToObj(_ -> Thread.ofVirtual()
                        .start(() -> IntStream.range(0, EACH)
                                .forEach(i -> history.add(new Frequent(i), System.nanoTime(), null))))
                .toList();
        for (var writer : writers) {
            writer.join();
        }

        assertThat(history.counts()).containsExactly(new EventCount("Frequent", (long) WRITERS * EACH, 0));
        assertThat(history.newest(Optional.empty(), 100)).hasSize(SIZE);
    }

    @Test
    void tellsListenersUntilTheyHaveEnough() {
        var heard = new ArrayList<String>();
        var end = history.listen(recorded -> heard.add(recorded.subjects().what()));
        history.add(new Frequent(1), System.nanoTime(), null);

        end.run();
        history.add(new Frequent(2), System.nanoTime(), null);

        assertThat(heard).containsExactly("1");
    }

    @Test
    void remembersNothingIfToldTo() {
        var off = new EventHistory(() -> 0, new SimpleMeterRegistry());

        off.add(new Rare(), System.nanoTime(), null);

        assertThat(off.newest(Optional.empty(), 100)).isEmpty();
        assertThat(off.counts()).isEmpty();
    }
}
