package dev.parley.gateway;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what has begun and not ended, and lets one wait for the last to end. Thread-safe. */
final class Tally {
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean awaited;

    int count() {
        return count.get();
    }

    void begun() {
        count.incrementAndGet();
    }

    void ended() {
        if (count.decrementAndGet() == 0 && awaited) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** Waits until none is left, but not longer than {@code limit}, and answers with how many are; not on an event loop. */
    synchronized int awaitNone(Duration limit) throws InterruptedException {
        awaited = true;
        long deadline = System.nanoTime() + limit.toNanos();
        for (long left = limit.toMillis(); count.get() > 0 && left > 0; ) {
            wait(left);
            left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        }
        return count.get();
    }
}
