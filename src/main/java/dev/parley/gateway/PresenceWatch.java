package dev.parley.gateway;

import dev.parley.presence.Roster;
import dev.parley.presence.Rosters;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.ServerFrame;
import java.util.Collection;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one client knows of who is online in a room. It holds that, not what is to be told: so it can be told late, and
 * all that has changed since at once. Confined to the connection's event loop.
 */
final class PresenceWatch {
    private final Connection connection;
    private final UUID room;
    private final Rosters rosters;
    private boolean on;
    /** Who is online, as the client was told last; null before that. */
    private @Nullable Set<UUID> known;

    PresenceWatch(Connection connection, UUID room, Rosters rosters) {
        this.connection = connection;
        this.room = room;
        this.rosters = rosters;
    }

    /** Before the client is told who is online: what changes afterwards is not missed then. */
    void begin() {
        if (!on) {
            on = true;
            rosters.watch(room);
        }
    }

    void end() {
        if (on) {
            on = false;
            known = null;
            rosters.unwatch(room);
        }
    }

    /** The client was answered that these are online. */
    void knows(Collection<UUID> online) {
        if (on) {
            known = Set.copyOf(online);
        }
    }

    /** Who was not told who is online is told of no change either. */
    void settle() {
        if (known == null) {
            end();
        }
    }

    /** Tells what has changed. Not a socket that is behind: it is told the next time. */
    void tell(News news) {
        var before = known;
        if (before == null || !connection.isWritable()) {
            return;
        }
        if (news.roster.partial()) {
            end();
            connection.send(ServerFrame.Failed.about(
                    room, ErrorCode.TOO_LARGE, "the room has too many members now to be told who is online"));
            return;
        }
        known = news.roster.online();
        if (!before.equals(known)) {
            connection.send(news.since(before));
        }
    }

    /** How a roster stands, for all of an event loop who watch: compared once with what they knew, if they knew the same. */
    static final class News {
        private final UUID room;
        private final Roster roster;
        private final IdentityHashMap<Set<UUID>, ServerFrame.Presence> changes = new IdentityHashMap<>();

        News(UUID room, Roster roster) {
            this.room = room;
            this.roster = roster;
        }

        private ServerFrame.Presence since(Set<UUID> before) {
            return changes.computeIfAbsent(
                    before,
                    _ -> new ServerFrame.Presence(
                            room, without(roster.online(), before), without(before, roster.online())));
        }

        private static List<UUID> without(Set<UUID> all, Set<UUID> those) {
            var rest = new HashSet<>(all);
            rest.removeAll(those);
            return List.copyOf(rest);
        }
    }
}
