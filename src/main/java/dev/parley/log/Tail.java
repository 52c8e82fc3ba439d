package dev.parley.log;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.parley.protocol.EncodedEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The entries that readers asked for or will ask for next, bounded in bytes over all rooms. Thread-safe. */
final class Tail {
    /** What a cached entry costs beside its bytes: key, cache node, arrays. */
    private static final int OVERHEAD = 200;

    private final Cache<Place, EncodedEntry> entries;

    private record Place(UUID room, long seq) {}

    Tail(long maxBytes) {
        entries = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((Place _, EncodedEntry entry) -> entry.json().length + OVERHEAD)
                .build();
    }

    void add(UUID room, List<EncodedEntry> committed) {
        committed.forEach(entry -> entries.put(new Place(room, entry.seq()), entry));
    }

    /** The entries that follow {@code after} as far as they are here without a hole; perhaps none. */
    List<EncodedEntry> above(UUID room, long after, int limit) {
        var page = new ArrayList<EncodedEntry>();
        for (long seq = after + 1; page.size() < limit; seq++) {
            var entry = entries.getIfPresent(new Place(room, seq));
            if (entry == null) {
                break;
            }
            page.add(entry);
        }
        return page;
    }
}
