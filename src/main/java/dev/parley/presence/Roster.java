package dev.parley.presence;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * Who of a room's members is online. Does not change.
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
    Roster with(Set<UUID> arrived) {
        var all = new HashSet<>(arrived.size() < members.size() ? arrived : members);
        all.retainAll(arrived.size() < members.size() ? members : arrived);
        all.addAll(online);
        return all.size() == online.size() ? this : new Roster(members, all, partial);
    }
}
