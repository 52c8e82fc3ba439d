package dev.parley.gateway;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How many sockets are open, in all and from each address. Thread-safe. */
final class Headcount {
    private final int max;
    private final int maxPerAddress;
    private final AtomicInteger total = new AtomicInteger();
    private final ConcurrentHashMap<String, Integer> byAddress = new ConcurrentHashMap<>();

    Headcount(int max, int maxPerAddress) {
        this.max = max;
        this.maxPerAddress = maxPerAddress;
    }

    /** Counts one more and says whether there was room for it; if so, {@link #leave} is owed. */
    Entry enter(String address) {
        if (total.incrementAndGet() > max) {
            total.decrementAndGet();
            return Entry.FULL;
        }
        if (byAddress.merge(address, 1, Integer::sum) > maxPerAddress) {
            leave(address);
            return Entry.TOO_MANY_FROM_ADDRESS;
        }
        return Entry.ADMITTED;
    }

    void leave(String address) {
        total.decrementAndGet();
        byAddress.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
    }

    int open() {
        return total.get();
    }

    enum Entry {
        ADMITTED,
        FULL,
        TOO_MANY_FROM_ADDRESS
    }
}
