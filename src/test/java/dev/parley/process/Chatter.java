package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.ReconnectingClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Clients who read all of their rooms and talk in them without an end, until they are told to be quiet. */
final class Chatter {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final List<ReconnectingClient> clients;
    private final List<UUID> rooms;
    private final AtomicLong acknowledged = new AtomicLong();
    private final List<Thread> speakers = new ArrayList<>();
    private volatile boolean talking = true;

    private Chatter(List<ReconnectingClient> clients, List<UUID> rooms) {
        this.clients = clients;
        this.rooms = rooms;
    }

    /** All of the clients in so many new rooms, still quiet. */
    static Chatter of(List<ReconnectingClient> clients, int rooms) {
        var made = new ArrayList<UUID>();
        for (int i = 0; i < rooms; i++) {
            var host = clients.get(i);
            var room = host.creates("room " + i);
            made.add(room);
            clients.stream().filter(client -> client != host).forEach(client -> client.follows(room));
        }
        return new Chatter(clients, made);
    }

    /** @param pause between two messages of a client; without one they talk as fast as they are answered */
    Chatter begins(Random random, Duration pause) {
        for (var client : clients) {
            long seed = random.nextLong();
            speakers.add(Thread.ofVirtual().start(() -> talk(client, new Random(seed), pause.toNanos())));
        }
        return this;
    }

    private void talk(ReconnectingClient client, Random random, long pause) {
        for (int n = 0; talking; n++) {
            var room = rooms.get(random.nextInt(rooms.size()));
            var _ = client.says(room, "message " + n + " grüße 👋").thenRun(acknowledged::incrementAndGet);
            LockSupport.parkNanos(pause);
        }
    }

    List<ReconnectingClient> clients() {
        return clients;
    }

    List<UUID> rooms() {
        return rooms;
    }

    /** Messages so far. */
    long acknowledged() {
        return acknowledged.get();
    }

    void awaitAcks(int more) {
        long goal = acknowledged.get() + more;
        await(more + " more acknowledgements")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> acknowledged.get() >= goal);
    }

    /** Says no more; what was said may still be without an answer. */
    void stops() {
        talking = false;
        for (var speaker : speakers) {
            try {
                assertThat(speaker.join(LIMIT)).as("a speaker's end").isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }

    /** Each client is still on the connection that it came with. */
    void hasLostNoConnection() {
        assertThat(clients).allMatch(client -> client.connections() == 1 && client.isAttached(), "never reconnected");
    }
}
