package dev.parley.monitor;

import dev.parley.event.RecordedEvent;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** Events on their way to one stream. Many threads add, without locks, since they are sending messages; one takes. */
final class EventQueue {
    private final int bound;
    private final ConcurrentLinkedQueue<RecordedEvent> events = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();

    /** @param bound events that wait at most; what comes on top is dropped and counted */
    EventQueue(int bound) {
        this.bound = bound;
    }

    void add(RecordedEvent event) {
        if (size.incrementAndGet() > bound) {
            size.decrementAndGet();
            dropped.incrementAndGet();
        } else {
            events.add(event);
        }
    }

    /** Hands over what waits, in order, until the taker says that it wants no more; no more than the bound. */
    void take(Predicate<RecordedEvent> taker) {
        boolean wanted = true;
        for (int taken = 0; wanted && taken < bound; taken++) {
            var next = events.poll();
            if (next == null) {
                return;
            }
            size.decrementAndGet();
            wanted = taker.test(next);
        }
    }

    /** How many were dropped since this was asked last. */
    long takeDropped() {
        return dropped.getAndSet(0);
    }
}
