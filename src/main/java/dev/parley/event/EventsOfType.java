package dev.parley.event;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The events of one type: a ring of the last, and counts of all. Thread-safe and without locks. */
final class EventsOfType {
    private final String name;
    private final AtomicReferenceArray<RecordedEvent> ring;
    private final AtomicLong fired = new AtomicLong();
    private final LongAdder failed = new LongAdder();
    private final LongAdder dispatchNanos = new LongAdder();

    EventsOfType(String name, int size) {
        this.name = name;
        this.ring = new AtomicReferenceArray<>(size);
    }

    RecordedEvent add(DomainEvent event, long nanos, @Nullable Throwable fault) {
        long number = fired.incrementAndGet();
        dispatchNanos.add(nanos);
        if (fault != null) {
            failed.increment();
        }
        var recorded = new RecordedEvent(
                number,
                Instant.now(),
                name,
                event.subjects(),
                Thread.currentThread().getName(),
                nanos,
                fault == null ? null : fault.getClass().getSimpleName());
        ring.set((int) (number % ring.length()), recorded);
        return recorded;
    }

    String name() {
        return name;
    }

    long fired() {
        return fired.get();
    }

    long failed() {
        return failed.sum();
    }

    long dispatchNanos() {
        return dispatchNanos.sum();
    }

    EventCount count() {
        return new EventCount(name, fired(), failed());
    }

    Stream<RecordedEvent> all() {
        return IntStream.range(0, ring.length()).mapToObj(ring::get).filter(one -> one != null);
    }
}
