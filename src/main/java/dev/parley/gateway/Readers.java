package dev.parley.gateway;

import dev.parley.log.Heads;
import dev.parley.log.RoomLog;
import dev.parley.protocol.ServerFrame;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The rooms that one connection has open. Confined to the connection's event loop. */
final class Readers {
    private final Connection connection;
    private final Shard shard;
    private final Sources sources;
    private final Map<UUID, Reader> byRoom = new LinkedHashMap<>();

    /** What all readers of this node read from. */
    record Sources(RoomLog log, Heads heads, int pageBytes) {}

    Readers(Connection connection, Shard shard, Sources sources) {
        this.connection = connection;
        this.shard = shard;
        this.sources = sources;
    }

    /** Has the room's head kept up from now on: before the database is asked where the room stands. */
    void expect(UUID room) {
        sources.heads().watch(room);
    }

    /** Takes one {@link #expect} back, if no reader came of it. */
    void giveUp(UUID room) {
        sources.heads().unwatch(room);
    }

    /**
     * Starts reading above {@code since}; takes over the {@link #expect} made for it. A room that was open already is read
     * anew.
     */
    void open(UUID room, long since, long head, boolean catchingUp) {
        close(room);
        sources.heads().advance(room, head);
        var reader = new Reader(connection, room, since, catchingUp, sources);
        byRoom.put(room, reader);
        shard.add(reader);
        reader.pump();
    }

    void close(UUID room) {
        var reader = byRoom.remove(room);
        if (reader != null) {
            drop(reader);
        }
    }

    void closeAll() {
        byRoom.values().forEach(this::drop);
        byRoom.clear();
    }

    boolean has(UUID room) {
        return byRoom.containsKey(room);
    }

    @Nullable
    Reader of(UUID room) {
        return byRoom.get(room);
    }

    int count() {
        return byRoom.size();
    }

    void forEach(Consumer<Reader> action) {
        byRoom.values().forEach(action);
    }

    /** Heads of the open rooms as they are known here. */
    Map<UUID, Long> heads() {
        var heads = new HashMap<UUID, Long>();
        byRoom.keySet().forEach(room -> heads.put(room, sources.heads().head(room)));
        return heads;
    }

    /** Heads of the rooms that wait for the client's acknowledgement. */
    ServerFrame.Lag lag() {
        var heads = new HashMap<UUID, Long>();
        byRoom.values().stream()
                .filter(Reader::isLagging)
                .forEach(reader -> heads.put(reader.room(), sources.heads().head(reader.room())));
        return new ServerFrame.Lag(heads);
    }

    private void drop(Reader reader) {
        reader.close();
        shard.remove(reader);
        sources.heads().unwatch(reader.room());
    }
}
