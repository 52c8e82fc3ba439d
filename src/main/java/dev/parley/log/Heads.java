package dev.parley.log;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The heads of rooms that somebody on this node reads. Thread-safe.
 *
 * <p>A reader watches first, then asks the database where the room stands, then looks here: whatever was committed in
 * between has moved the head before its event went out, so it is seen in one of the two places.
 */
@ApplicationScoped
public class Heads {
    private final ConcurrentHashMap<UUID, Watched> rooms = new ConcurrentHashMap<>();

    /** @param head highest seq known, 0 if none is */
    private record Watched(int readers, long head) {}

    /** Keeps the room's head from now on, once for each call. */
    public void watch(UUID room) {
        rooms.merge(room, new Watched(1, 0), (old, _) -> new Watched(old.readers + 1, old.head));
    }

    /** Takes one {@link #watch} back. */
    public void unwatch(UUID room) {
        rooms.computeIfPresent(room, (_, old) -> old.readers == 1 ? null : new Watched(old.readers - 1, old.head));
    }

    public boolean isWatched(UUID room) {
        return rooms.containsKey(room);
    }

    /** How many rooms are watched. */
    public int rooms() {
        return rooms.size();
    }

    /** The highest seq known to be committed; 0 if none is known or the room is not watched. */
    public long head(UUID room) {
        var watched = rooms.get(room);
        return watched == null ? 0 : watched.head;
    }

    /** Notes that the room has grown to {@code head}; says whether that was news. */
    public boolean advance(UUID room, long head) {
        var watched = rooms.get(room);
        if (watched == null || watched.head >= head) {
            return false;
        }
        rooms.computeIfPresent(room, (_, old) -> old.head >= head ? old : new Watched(old.readers, head));
        return true;
    }

    Set<UUID> watched() {
        return new HashSet<>(rooms.keySet());
    }
}
