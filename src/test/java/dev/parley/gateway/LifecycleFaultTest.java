package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.event.EventHistory;
import dev.parley.gateway.Sabotage.Planted;
import dev.parley.log.Heads;
import dev.parley.testing.ChatClient;
import dev.parley.testing.TestAccount;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoop;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever throws beside the commands costs one connection at most, whose client comes back and misses nothing. */
@QuarkusTest
@TestProfile(QuickLimits.class)
@SuppressWarnings("NullAway.Init") // set before each test
class LifecycleFaultTest {
    private static final Pattern ERROR_ID = Pattern.compile("error_id ([0-9a-f]{16})");

    private static FaultLines log;

    @TestHTTPResource("/")
    URI server;

    @Inject
    MeterRegistry metrics;

    @Inject
    EventHistory events;

    @Inject
    ErrorBoundary boundary;

    private final BrokenHeads heads = new BrokenHeads();
    private TestAccount account;
    private TestAccount other;

    /** The heads of rooms, until told to fail. */
    private static final class BrokenHeads extends Heads {
        private final AtomicInteger headFaults = new AtomicInteger();
        private volatile @Nullable UUID brokenRoom;
        private volatile boolean unwatchBroken;

        @Override
        public long head(UUID room) {
            if (headFaults.get() > 0 && headFaults.getAndDecrement() > 0) {
                throw new Planted();
            }
            if (room.equals(brokenRoom)) {
                throw new Planted();
            }
            return super.head(room);
        }

        @Override
        public void unwatch(UUID room) {
            super.unwatch(room);
            if (unwatchBroken) {
                throw new Planted();
            }
        }
    }

    /** Cannot take in a connection. */
    private static final class FullShards extends Shards {
        FullShards(ErrorBoundary boundary) {
            super(boundary);
        }

        @Override
        Shard of(EventLoop loop) {
            throw new Planted();
        }

        @Override
        void forEach(Runnable before, Consumer<Shard> action) {
            // nobody is in
        }
    }

    @BeforeAll
    static void listen() {
        log = new FaultLines();
    }

    @AfterAll
    static void listenNoMore() {
        log.close();
    }

    @BeforeEach
    void register() {
        await().until(() -> gauge("parley.connections") == 0);
        account = TestAccount.registers(server, "alice");
        other = TestAccount.registers(server, "bob");
    }

    @Test
    void endsASocketThatCannotBeOpened() {
        double closed = closedByFaults();
        QuarkusMock.installMockForType(new FullShards(boundary), Shards.class);

        try (var alice = ChatClient.connects(server)) {
            isToldOfAFault(alice);
            await().until(() -> gauge("parley.connections") == 0);
            assertThat(closedByFaults()).isEqualTo(closed + 1);
        }
    }

    @Test
    void detachesASessionThoughItsConnectionCannotBeCleared() {
        QuarkusMock.installMockForType(heads, Heads.class);
        var alice = account.connects(server);
        Chat.open(alice, Chat.createPublic(alice));
        Chat.open(alice, Chat.createPublic(alice));
        heads.unwatchBroken = true;

        alice.vanishes();

        await().until(() -> gauge("parley.connections") == 0 && gauge("parley.connections.attached") == 0);
        await().until(() -> events.newest(Optional.of("SessionDetached"), 100).stream()
                .anyMatch(event ->
                        UUID.fromString(account.id()).equals(event.subjects().account())));
        await().untilAsserted(() -> assertThat(gauge("parley.readers")).isZero());
    }

    @Test
    void endsOnlyTheReaderThatCannotBeWrittenTo() {
        QuarkusMock.installMockForType(heads, Heads.class);
        try (var sender = account.connects(server);
                var first = other.connects(server);
                var second = other.connects(server)) {
            var room = Chat.createPublic(sender);
            Chat.join(first, room);
            Chat.open(first, room);
            Chat.open(second, room);
            heads.headFaults.set(1);

            Chat.send(sender, room, "one of them hears");

            await().until(() -> first.isOpen() != second.isOpen());
            var lost = first.isOpen() ? second : first;
            var well = first.isOpen() ? first : second;
            isToldOfAFault(lost);
            assertThat(well.hears("entry").path("seq").asLong()).isEqualTo(3);
            Chat.send(sender, room, "and goes on hearing");
            assertThat(well.hears("entry").path("seq").asLong()).isEqualTo(4);
        }
    }

    @Test
    void looksAfterTheOtherConnectionsThoughOneCannotBe() {
        QuarkusMock.installMockForType(heads, Heads.class);
        try (var alice = account.connects(server);
                var bob = other.connects(server)) {
            var room = Chat.createPublic(alice);
            Chat.open(alice, room);
            heads.brokenRoom = UUID.fromString(room);
            double faults = faults("connections");

            await().until(() -> faults("connections") > faults);
            bob.hears("ping");
            bob.hears("ping");
            heads.brokenRoom = null;

            Chat.ping(alice);
            alice.hears("ping");
        }
    }

    private void isToldOfAFault(ChatClient client) {
        var bye = client.hears("bye");
        assertThat(bye.path("code").asInt()).isEqualTo(1011);
        assertThat(bye.path("reconnect").asBoolean()).isTrue();
        assertThat(bye.toString()).doesNotContain(Sabotage.SECRET, "Exception");
        assertThat(client.closeCode()).isEqualTo(1011);
        var errorId = Stream.of(bye.path("reason").asText())
                .map(ERROR_ID::matcher)
                .filter(found -> found.find())
                .map(found -> found.group(1))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no error_id in " + bye));
        assertThat(log.about(errorId)).contains(Sabotage.SECRET);
    }

    private double gauge(String name) {
        return metrics.get(name).gauge().value();
    }

    private double closedByFaults() {
        return metrics.get("parley.connections.closed")
                .tag("code", "1011")
                .counter()
                .count();
    }

    private double faults(String where) {
        var counter = metrics.find("parley.faults").tag("where", where).counter();
        return counter == null ? 0 : counter.count();
    }
}
