package dev.parley.gateway;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** How many readers of one event loop there are, and how far they are behind: as of one look at them. */
final class Backlog {
    /** Pages come and go in less: who is behind no longer than that is not worth a look. */
    private static final long WORTH_A_LOOK = TimeUnit.SECONDS.toNanos(1);

    private final long at = System.nanoTime();
    private final Map<Cause, Integer> behind = new EnumMap<>(Cause.class);
    /** The longest, for each cause. */
    private final Map<Cause, Long> nanos = new EnumMap<>(Cause.class);

    private int readers;

    /** What keeps a reader behind. The name in lower case is the metric tag {@code cause}. */
    enum Cause {
        /** Its client does not acknowledge. */
        WINDOW,
        /** Its client's socket does not take more. */
        SOCKET,
        /** The next page, from the database or in its turn: ours to hurry. */
        PAGES;

        private final String tag = name().toLowerCase(Locale.ROOT);

        String tag() {
            return tag;
        }
    }

    void add(Reader reader) {
        readers++;
        long since = reader.behindSince();
        if (since == 0 || at - since < WORTH_A_LOOK) {
            return;
        }
        var cause = reader.waitsFor();
        behind.merge(cause, 1, Integer::sum);
        nanos.merge(cause, at - since, Math::max);
    }

    int readers() {
        return readers;
    }

    int behind(Cause cause) {
        return behind.getOrDefault(cause, 0);
    }

    /** For how long the one that is behind the longest has been; goes on by itself, since nobody may look any more. */
    double seconds(Cause cause) {
        var longest = nanos.get(cause);
        return longest == null ? 0 : (longest + System.nanoTime() - at) / 1e9;
    }
}
