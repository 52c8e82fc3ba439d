package dev.parley.gateway;

import dev.parley.protocol.CloseCode;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** The connections of one event loop and who of them reads which room. Confined to that loop. */
final class Shard {
    private static final Logger LOG = Logger.getLogger(Shard.class);

    private final EventLoop loop;
    private final Set<Connection> connections = new LinkedHashSet<>();
    private final Map<UUID, List<Reader>> readers = new HashMap<>();
    /** Who is about to read a room, once for each time. */
    private final Map<UUID, List<Readers>> expecting = new HashMap<>();

    Shard(EventLoop loop) {
        this.loop = loop;
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
        forEachReader(room, reader -> {
            if (reader.account().equals(account)) {
                reader.connection().readers().leave(room);
            }
        });
        expecting.getOrDefault(room, List.of()).stream()
                .filter(readers -> readers.account().equals(account))
                .forEach(readers -> readers.leave(room));
    }

    /** Of a copy: what is done to one may close it. */
    void forEachConnection(Consumer<Connection> action) {
        List.copyOf(connections).forEach(action);
    }

    /** Of a copy: what is done to one may close it. */
    void forEachReader(UUID room, Consumer<Reader> action) {
        List.copyOf(readers.getOrDefault(room, List.of())).forEach(action);
    }

    void deliver(List<LiveRoom> grown) {
        for (var live : grown) {
            var all = readers.get(live.room());
            if (all != null) {
                // Writing never closes a reader here and now: no copy on the way of every message.
                for (int i = 0; i < all.size(); i++) {
                    grown(all.get(i), live);
                }
            }
        }
    }

    /** What is wrong with one reader costs the others nothing: its connection is closed, later, and will resume. */
    private void grown(Reader reader, LiveRoom live) {
        try {
            reader.grown(live);
        } catch (RuntimeException e) {
            var connection = reader.connection();
            LOG.errorf(e, "Connection %s could not be written to and is closed", connection.id());
            loop.execute(() -> connection.end(CloseCode.INTERNAL, "something went wrong here"));
        }
    }
}
