package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ChatClient;
import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.TestAccount;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client that asks for a window gets no more than that of a room until it acknowledges. */
@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
@SuppressWarnings("NullAway.Init") // set before each test
class WindowTest {
    @TestHTTPResource("/")
    URI server;

    private ChatClient alice;
    private ChatClient bob;
    private String room;

    @BeforeEach
    void readWithWindowOfFive() {
        alice = TestAccount.registers(server, "alice").connects(server);
        bob = ChatClient.connects(server);
        bob.asks("""
                {"type":"hello","token":"%s","window":5}""".formatted(TestAccount.registers(server, "bob").token()));
        room = Chat.createPublic(alice);
        Chat.join(bob, room);
        Chat.open(bob, room);
    }

    @AfterEach
    void hangUp() {
        alice.close();
        bob.close();
    }

    @Test
    void pausesUntilAcknowledged() {
        Chat.sendMany(alice, room, 20);

        bob.hears("lag");
        Chat.ping(bob);
        assertThat(Chat.seqsHeard(bob, room)).containsExactly(3L, 4L, 5L, 6L, 7L);

        acknowledge(5);
        bob.hears("lag");
        Chat.ping(bob);
        assertThat(Chat.seqsHeard(bob, room)).hasSize(8).endsWith(8L, 9L, 10L);

        for (long seq = 10; seq < 20; seq += 5) {
            acknowledge(seq);
            bob.hears("lag");
        }
        acknowledge(20);
        hearsUpTo(22);
        assertThat(bob.heardSoFar())
                .noneMatch(frame -> frame.path("type").asText().equals("lag"));
    }

    @Test
    void tellsWhereThePausedRoomsStand() {
        Chat.sendMany(alice, room, 6);

        var lag = bob.hears("lag");

        assertThat(lag.path("heads").properties()).hasSize(1);
        assertThat(lag.path("heads").path(room).asLong()).isBetween(7L, 8L);
    }

    @Test
    void saysNothingWhileTheClientKeepsUp() {
        for (long seq = 3; seq <= 22; seq++) {
            Chat.send(alice, room, "x");
            hearsUpTo(seq);
            acknowledge(seq);
        }

        Chat.ping(bob);
        assertThat(bob.heardSoFar())
                .allMatch(frame -> frame.path("type").asText().equals("entry"));
    }

    @Test
    void isNotOpenedByAcknowledgingWhatWasNeverSent() {
        Chat.sendMany(alice, room, 20);
        bob.hears("lag");

        acknowledge(22);

        bob.hears("lag");
        Chat.ping(bob);
        assertThat(Chat.seqsHeard(bob, room)).hasSize(10).endsWith(12L);
    }

    @Test
    void pausesEachRoomByItself() {
        var other = Chat.createPublic(alice);
        Chat.join(bob, other);
        Chat.open(bob, other);
        Chat.sendMany(alice, room, 10);
        bob.hears("lag");

        Chat.sendMany(alice, other, 5);

        bob.waitsUntil("the other room is here", _ -> Chat.seqsHeard(bob, other).size() == 5);
        assertThat(Chat.seqsHeard(bob, room)).hasSize(5);
    }

    private void hearsUpTo(long seq) {
        bob.waitsUntil(
                "entry " + seq + " is here", _ -> Chat.seqsHeard(bob, room).contains(seq));
        assertThat(Chat.seqsHeard(bob, room))
                .isEqualTo(LongStream.rangeClosed(3, seq).boxed().toList());
    }

    private void acknowledge(long seq) {
        bob.says("""
                {"type":"ack","cursors":{"%s":%d}}""".formatted(room, seq));
    }
}
