package dev.parley.gateway;

import java.util.concurrent.TimeUnit;

/** How many readers of one event loop there are, and how far they are behind: as of one look at them. */
final class Backlog {
    /** Pages come and go in less: who is behind no longer than that is not worth a look. */
    private static final long WORTH_A_LOOK = TimeUnit.SECONDS.toNanos(1);

    private final long at = System.nanoTime();
    private int readers;
    private int behind;
    private boolean undelivered;
    private long longest;

    void add(Reader reader) {
        add(reader.behindSince(), reader.undeliveredSince());
    }

    /** @param undeliveredSince since when it is behind for another reason than that its client does not acknowledge */
    void add(long behindSince, long undeliveredSince) {
        readers++;
        if (isWorthALook(behindSince)) {
            behind++;
        }
        if (isWorthALook(undeliveredSince)) {
            undelivered = true;
            longest = Math.max(longest, at - undeliveredSince);
        }
    }

    private boolean isWorthALook(long since) {
        return since != 0 && at - since >= WORTH_A_LOOK;
    }

    int readers() {
        return readers;
    }

    int behind() {
        return behind;
    }

    /** For how long the one has been that has waited for us the longest; goes on by itself, since nobody may look any more. */
    double seconds() {
        return undelivered ? (longest + System.nanoTime() - at) / 1e9 : 0;
    }
}
