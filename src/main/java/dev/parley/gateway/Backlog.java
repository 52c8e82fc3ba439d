package dev.parley.gateway;

import java.util.concurrent.TimeUnit;

/** How many readers of one event loop there are, and how far they are behind: as of one look at them. */
final class Backlog {
    /** Pages come and go in less: who is behind no longer than that is not worth a look. */
    private static final long WORTH_A_LOOK = TimeUnit.SECONDS.toNanos(1);

    private final long at = System.nanoTime();
    private int readers;
    private int behind;
    private long longest;

    void add(Reader reader) {
        readers++;
        long since = reader.behindSince();
        if (since != 0 && at - since >= WORTH_A_LOOK) {
            behind++;
            longest = Math.max(longest, at - since);
        }
    }

    int readers() {
        return readers;
    }

    int behind() {
        return behind;
    }

    /** For how long the one that is behind the longest has been; goes on by itself, since nobody may look any more. */
    double seconds() {
        return behind == 0 ? 0 : (longest + System.nanoTime() - at) / 1e9;
    }
}
