package dev.parley.presence;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The rosters of the rooms that somebody on this node watches, as they were found last. Thread-safe. */
@ApplicationScoped
public class Rosters {
    private final ConcurrentHashMap<UUID, Watched> rooms = new ConcurrentHashMap<>();

    private record Watched(int watchers, @Nullable Roster roster) {}

    /** Keeps the room's roster up from now on, once for each call. */
    public void watch(UUID room) {
        rooms.merge(room, new Watched(1, null), (old, _) -> new Watched(old.watchers + 1, old.roster));
    }

    /** Takes one {@link #watch} back. */
    public void unwatch(UUID room) {
        rooms.computeIfPresent(room, (_, old) -> old.watchers == 1 ? null : new Watched(old.watchers - 1, old.roster));
    }

    /** Null if it is not watched, or was not found yet. */
    public @Nullable Roster of(UUID room) {
        var watched = rooms.get(room);
        return watched == null ? null : watched.roster;
    }

    List<UUID> watched() {
        return List.copyOf(rooms.keySet());
    }

    int count() {
        return rooms.size();
    }

    /** If it says the same as the one before, that one stays. */
    void found(UUID room, Roster roster) {
        rooms.computeIfPresent(room, (_, old) -> roster.equals(old.roster) ? old : new Watched(old.watchers, roster));
    }

    /** These accounts are online: says in which rooms that was not known. */
    Set<UUID> arrived(Set<UUID> accounts) {
        var changed = new HashSet<UUID>();
        rooms.keySet()
                .forEach(room -> rooms.computeIfPresent(room, (_, old) -> {
                    if (old.roster == null) {
                        return old;
                    }
                    var roster = old.roster.with(accounts);
                    if (roster.equals(old.roster)) {
                        return old;
                    }
                    changed.add(room);
                    return new Watched(old.watchers, roster);
                }));
        return changed;
    }
}
