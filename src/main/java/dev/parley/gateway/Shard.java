package dev.parley.gateway;

import dev.parley.protocol.CloseCode;
import dev.parley.protocol.ServerFrame;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/** The connections of one event loop and who of them reads which room. Confined to that loop. */
final class Shard {
    private final EventLoop loop;
    private final ErrorBoundary boundary;
    private final Set<Connection> connections = new LinkedHashSet<>();
    private final Map<UUID, List<Reader>> readers = new HashMap<>();
    /** Who is about to read a room, once for each time. */
    private final Map<UUID, List<Readers>> expecting = new HashMap<>();

    Shard(EventLoop loop, ErrorBoundary boundary) {
        this.loop = loop;
        this.boundary = boundary;
    }

    EventLoop loop() {
        return loop;
    }

    void add(Connection connection) {
        connections.add(connection);
    }

    void remove(Connection connection) {
        connections.remove(connection);
    }

    void add(Reader reader) {
        readers.computeIfAbsent(reader.room(), _ -> new ArrayList<>()).add(reader);
    }

    void remove(Reader reader) {
        readers.computeIfPresent(reader.room(), (_, all) -> {
            all.remove(reader);
            return all.isEmpty() ? null : all;
        });
    }

    void expect(UUID room, Readers readers) {
        expecting.computeIfAbsent(room, _ -> new ArrayList<>()).add(readers);
    }

    /** Takes one {@link #expect} back. */
    void met(UUID room, Readers readers) {
        expecting.computeIfPresent(room, (_, all) -> {
            all.remove(readers);
            return all.isEmpty() ? null : all;
        });
    }

    /** Ends what the account reads, or is about to read, of a room that it has left. */
    void leave(UUID room, UUID account) {
        // Vital: who could not be stopped must not read on.
        forEachReader(room, reader -> {
            if (reader.account().equals(account)) {
                reader.connection()
                        .vital("leave", () -> reader.connection().readers().leave(room));
            }
        });
        List.copyOf(expecting.getOrDefault(room, List.of())).stream()
                .filter(readers -> readers.account().equals(account))
                .forEach(readers -> boundary.spare("leave", () -> readers.leave(room)));
    }

    /** Of a copy: what is done to one may close it. What fails for one is done for the others. */
    void forEachConnection(Consumer<Connection> action) {
        forEachConnection(0, 1, action);
    }

    /** The same with one part of them, of so many; each belongs to the same part for ever. */
    void forEachConnection(int part, int parts, Consumer<Connection> action) {
        connections.stream()
                .filter(connection -> Math.floorMod(connection.hashCode(), parts) == part)
                .toList()
                .forEach(connection -> boundary.spare("connections", () -> action.accept(connection)));
    }

    /** Sends one in so many of those away who are not leaving yet; at least one, if there is any. */
    void sendAway(int oneIn, CloseCode code, ServerFrame.Bye bye) {
        var staying = connections.stream()
                .filter(connection -> !connection.isLeaving())
                .toList();
        staying.subList(0, Math.ceilDiv(staying.size(), oneIn))
                .forEach(connection -> boundary.spare("drain", () -> connection.sendAway(code, bye)));
    }

    /** Of a copy: what is done to one may close it. What fails for one is done for the others. */
    void forEachReader(UUID room, Consumer<Reader> action) {
        List.copyOf(readers.getOrDefault(room, List.of()))
                .forEach(reader -> boundary.spare("readers", () -> action.accept(reader)));
    }

    /** How its readers stand now. */
    Backlog backlog() {
        var backlog = new Backlog();
        readers.values().forEach(all -> all.forEach(backlog::add));
        return backlog;
    }

    void deliver(List<LiveRoom> grown) {
        for (var live : grown) {
            var all = readers.get(live.room());
            if (all != null) {
                // From the end: a reader that finds its account's leave ends here and now. No copy on the way of every
                // message.
                for (int i = all.size() - 1; i >= 0; i--) {
                    grown(all.get(i), live);
                }
            }
        }
    }

    /** What is wrong with one reader costs the others nothing. Not by a lambda: on the way of every message. */
    private void grown(Reader reader, LiveRoom live) {
        try {
            reader.grown(live);
        } catch (Throwable fault) {
            boundary.failed(reader.connection(), "delivery", fault);
        }
    }
}
