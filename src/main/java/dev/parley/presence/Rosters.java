package dev.parley.presence;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
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

    /** Null if it is not watched, or was not found yet. The same object for as long as it says the same. */
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

    /** Takes over what was found for the first time: what was found since may be newer. */
    void foundFirst(UUID room, Roster roster) {
        var _ = change(room, old -> old == null ? roster : old);
    }

    /** Says whether it differs from the one before. */
    boolean found(UUID room, Roster roster) {
        return change(room, _ -> roster);
    }

    /** These accounts are online: says whether that is news for a room that was found. */
    boolean arrived(UUID room, Collection<UUID> accounts) {
        return change(room, old -> old == null ? null : old.with(accounts));
    }

    private boolean change(UUID room, UnaryOperator<@Nullable Roster> change) {
        var changed = new AtomicBoolean();
        rooms.computeIfPresent(room, (_, old) -> {
            var roster = change.apply(old.roster);
            if (roster == null || roster.equals(old.roster)) {
                return old;
            }
            changed.set(true);
            return new Watched(old.watchers, roster);
        });
        return changed.get();
    }
}
