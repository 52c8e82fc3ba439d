package dev.parley.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.event.RecordedEvent;
import dev.parley.event.Subjects;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class EventQueueTest {
    @Test
    void handsOverInOrder() {
        var queue = filled(3, 3);

        assertThat(taken(queue)).containsExactly(1L, 2L, 3L);
        assertThat(taken(queue)).isEmpty();
        assertThat(queue.takeDropped()).isZero();
    }

    @Test
    void dropsWhatComesWhileItIsFullAndCountsIt() {
        var queue = filled(3, 10);

        assertThat(taken(queue)).containsExactly(1L, 2L, 3L);
        assertThat(queue.takeDropped()).isEqualTo(7);
        assertThat(queue.takeDropped()).isZero();
    }

    @Test
    void keepsWhatTheTakerHasNoRoomFor() {
        var queue = filled(3, 3);
        var first = new ArrayList<Long>();

        queue.take(event -> {
            first.add(event.number());
            return false;
        });

        assertThat(first).containsExactly(1L);
        assertThat(taken(queue)).containsExactly(2L, 3L);
    }

    @Test
    void losesAndDoublesNothingThatItDoesNotCount() throws Exception {
        int writers = 4;
        int each = 20_000;
        var queue = new EventQueue(100);
        var taken = new ArrayList<Long>();
        long dropped = 0;
        var done = new CountDownLatch(writers);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int writer = 0; writer < writers; writer++) {
                threads.execute(() -> {
                    for (int i = 0; i < each; i++) {
                        queue.add(event(i));
                    }
                    done.countDown();
                });
            }
            while (done.getCount() > 0) {
                taken.addAll(taken(queue));
                dropped += queue.takeDropped();
            }
        }
        taken.addAll(taken(queue));
        dropped += queue.takeDropped();

        assertThat(taken.size() + dropped).isEqualTo((long) writers * each);
    }

    private static EventQueue filled(int bound, int events) {
        var queue = new EventQueue(bound);
        for (int i = 1; i <= events; i++) {
            queue.add(event(i));
        }
        return queue;
    }

    private static List<Long> taken(EventQueue queue) {
        var taken = new ArrayList<Long>();
        queue.take(event -> taken.add(event.number()));
        return taken;
    }

    private static RecordedEvent event(long number) {
        return new RecordedEvent(number, Instant.EPOCH, "Test", Subjects.of("it"), "thread", 1, null);
    }
}
