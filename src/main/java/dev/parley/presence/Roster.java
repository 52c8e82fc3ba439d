package dev.parley.presence;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * Who of some accounts is online, mostly of a room's members. Does not change.
 *
 * @param partial whether the room has more members than are looked at, so that nobody is told who is online
 */
public record Roster(Set<UUID> members, Set<UUID> online, boolean partial) {
    static final Roster EMPTY = new Roster(Set.of(), Set.of(), false);

    public Roster {
        members = Set.copyOf(members);
        online = Set.copyOf(online);
    }

    /** The same with those of the accounts online that are members; itself if they are already. */
    Roster with(Collection<UUID> arrived) {
        var fresh = arrived.stream()
                .filter(account -> members.contains(account) && !online.contains(account))
                .toList();
        if (fresh.isEmpty()) {
            return this;
        }
        var all = new HashSet<>(online);
        all.addAll(fresh);
        return new Roster(members, all, partial);
    }
}
