package dev.parley.gateway;

import dev.parley.presence.Roster;
import dev.parley.presence.Rosters;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.FrameWriter;
import dev.parley.protocol.ServerFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.HashSet;
import java.util.IdentityHashMap;
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

    /** Before it is asked who is online: what is found for the answer is kept up then. */
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
    void knows(Set<UUID> online) {
        if (on) {
            known = online;
            catchUp();
        }
    }

    /** Who was not told who is online is told of no change either. */
    void settle() {
        if (known == null) {
            end();
        }
    }

    /** Tells what could not be told when it was news. */
    void catchUp() {
        var roster = known == null ? null : rosters.of(room);
        if (roster != null) {
            try (var news = new News(room, roster)) {
                tell(news);
            }
        }
    }

    /** Tells what has changed: not to a socket that is behind, which catches up, nor to who has left the room. */
    void tell(News news) {
        var roster = news.roster;
        var before = known;
        if (before == null || !connection.isWritable()) {
            return;
        }
        if (roster.partial()) {
            end();
            connection.send(ServerFrame.Failed.about(
                    room, ErrorCode.TOO_LARGE, "the room has too many members now to be told who is online"));
        } else if (roster.members().contains(connection.account())) {
            var frame = news.since(before);
            if (frame.isReadable()) {
                connection.write(frame);
            }
            known = roster.online();
        }
    }

    /** How a roster stands, for all of an event loop who watch it: encoded once for those who knew the same. */
    static final class News implements AutoCloseable {
        private final UUID room;
        private final Roster roster;
        private final IdentityHashMap<Set<UUID>, ByteBuf> frames = new IdentityHashMap<>();

        News(UUID room, Roster roster) {
            this.room = room;
            this.roster = roster;
        }

        /** Nothing if it is what they knew. */
        private ByteBuf since(Set<UUID> before) {
            return frames.computeIfAbsent(
                    before,
                    _ -> before.equals(roster.online())
                            ? Unpooled.EMPTY_BUFFER
                            : Wire.textFrame(
                                    PooledByteBufAllocator.DEFAULT,
                                    FrameWriter.write(new ServerFrame.Presence(
                                            room,
                                            without(roster.online(), before),
                                            without(before, roster.online())))));
        }

        private static Set<UUID> without(Set<UUID> all, Set<UUID> those) {
            var rest = new HashSet<>(all);
            rest.removeAll(those);
            return rest;
        }

        @Override
        public void close() {
            frames.values().forEach(ByteBuf::release);
        }
    }
}
