package dev.parley.gateway;

import dev.parley.log.Heads;
import dev.parley.log.RoomLog;
import dev.parley.presence.Rosters;
import dev.parley.protocol.ServerFrame;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The rooms that one connection has open. Confined to the connection's event loop. */
final class Readers {
    private final Connection connection;
    private final Shard shard;
    private final Sources sources;
    private final Turns turns = new Turns();
    private final Map<UUID, Reader> byRoom = new LinkedHashMap<>();
    private final Map<UUID, Integer> expected = new HashMap<>();
    /** Of the expected rooms, those that the account has left since. */
    private final Set<UUID> left = new HashSet<>();
    /** Of the expected rooms, those that a resume is to open. */
    private final Set<UUID> again = new HashSet<>();

    /** What all readers of this node read from. */
    record Sources(RoomLog log, Heads heads, Rosters rosters, int pageBytes) {}

    Readers(Connection connection, Shard shard, Sources sources) {
        this.connection = connection;
        this.shard = shard;
        this.sources = sources;
    }

    /** Has the room's head kept up from now on: before the database is asked where the room stands. */
    void expect(UUID room) {
        sources.heads().watch(room);
        expected.merge(room, 1, Integer::sum);
        shard.expect(room, this);
    }

    /** Whether what the database said of an expected room still holds: its member has not left meanwhile. */
    boolean mayOpen(UUID room) {
        return !left.contains(room);
    }

    /** The same for a room that is to be opened again, unless the client closes or opens it before that. */
    void expectAgain(UUID room) {
        expect(room);
        again.add(room);
    }

    /** Whether a room of {@link #expectAgain} is still to be opened. */
    boolean isExpectedAgain(UUID room) {
        return again.contains(room);
    }

    /** Takes one {@link #expect} back, if no reader came of it. */
    void giveUp(UUID room) {
        sources.heads().unwatch(room);
        met(room);
    }

    /**
     * Starts reading above {@code since}; takes over the {@link #expect} made for it. A room that was open already is read
     * anew.
     */
    void open(UUID room, long since, long head, boolean catchingUp) {
        close(room);
        met(room);
        sources.heads().advance(room, head);
        var reader = new Reader(connection, room, since, head, catchingUp, sources, turns);
        byRoom.put(room, reader);
        shard.add(reader);
        reader.pump();
    }

    void close(UUID room) {
        again.remove(room);
        var reader = byRoom.remove(room);
        if (reader != null) {
            drop(reader);
        }
    }

    /** The account is out of the room: nothing of it is read any more, nor what is only expected. */
    void leave(UUID room) {
        close(room);
        if (expected.containsKey(room)) {
            left.add(room);
        }
    }

    UUID account() {
        return connection.account();
    }

    void closeAll() {
        var all = List.copyOf(byRoom.values());
        byRoom.clear();
        all.forEach(reader -> connection.boundary().spare("close", () -> drop(reader)));
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

    /** Of a copy: who reads may find its own leave, and close. */
    void forEach(Consumer<Reader> action) {
        List.copyOf(byRoom.values()).forEach(action);
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

    private void met(UUID room) {
        shard.met(room, this);
        if (expected.computeIfPresent(room, (_, times) -> times == 1 ? null : times - 1) == null) {
            left.remove(room);
        }
    }

    private void drop(Reader reader) {
        reader.close();
        shard.remove(reader);
        sources.heads().unwatch(reader.room());
    }
}
