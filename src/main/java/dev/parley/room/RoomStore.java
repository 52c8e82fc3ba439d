package dev.parley.room;

import dev.parley.protocol.ServerFrame.Member;
import dev.parley.protocol.Visibility;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Where rooms and members are kept. Futures fail if the database did not answer, within bounded time. */
interface RoomStore {

    /** The room as it stands and the account's role in it; empty if there is no such room. */
    Future<Optional<Standing>> standing(UUID room, UUID account);

    /** The members who have been in longest, at most {@code limit}. */
    Future<List<Member>> members(UUID room, int limit);

    /** The heads of those of the rooms that the account is a member of. */
    Future<Map<UUID, Long>> heads(UUID account, Collection<UUID> rooms);

    /** @param role of the account that asked, empty if it is not a member */
    record Standing(
            String name, Visibility visibility, long head, long floor, long memberCount, Optional<String> role) {

        /** Whether the account may know that the room exists. */
        boolean isVisible() {
            return role.isPresent() || visibility == Visibility.PUBLIC;
        }
    }
}
