package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.ChatClient;
import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.TestAccount;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Typing is told to the others who have the room open, seldom enough to be of use, and never kept. */
@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
@SuppressWarnings("NullAway.Init") // set before each test
class TypingTest {
    @TestHTTPResource("/")
    URI server;

    private TestAccount typist;
    private ChatClient alice;
    private ChatClient bob;
    private String room;

    @BeforeEach
    void meet() {
        typist = TestAccount.registers(server, "alice");
        alice = typist.connects(server);
        bob = TestAccount.registers(server, "bob").connects(server);
        room = Chat.createPublic(alice);
        Chat.join(bob, room);
        Chat.open(alice, room);
        Chat.open(bob, room);
    }

    @AfterEach
    void hangUp() {
        alice.close();
        bob.close();
    }

    @Test
    void isToldToOthers() {
        types(alice, true);

        assertThat(bob.hears("typing").toString()).isEqualTo("""
                {"type":"typing","room":"%s","by":"%s","on":true}""".formatted(room, typist.id()));
    }

    @Test
    void isNotToldToOneself() {
        try (var phone = typist.connects(server)) {
            Chat.open(phone, room);

            types(alice, true);

            bob.hears("typing");
            Chat.ping(alice);
            Chat.ping(phone);
            assertThat(typingHeard(alice)).isEmpty();
            assertThat(typingHeard(phone)).isEmpty();
        }
    }

    @Test
    void isToldOnceHoweverOftenItIsSaid() {
        for (int i = 0; i < 50; i++) {
            types(alice, true);
        }
        types(alice, false);

        bob.waitsUntil("the end of it is here", heard -> heard.stream().anyMatch(TypingTest::isOver));
        assertThat(typingHeard(bob)).hasSizeBetween(2, 4); // again after a second, should the machine be slow
    }

    @Test
    void isNotToldToThoseWhoHaveTheRoomClosed() {
        Chat.ok(bob.asks("""
                {"type":"close","room":"%s"}""".formatted(room)));

        types(alice, true);
        Chat.ping(alice);

        Chat.ping(bob);
        assertThat(bob.heardSoFar()).isEmpty();
        assertThat(Chat.code(bob.asks("""
                {"type":"typing","room":"%s","on":true}""".formatted(room)))).isEqualTo("invalid");
    }

    @Test
    void leavesNoTraceInTheRoom() {
        types(alice, true);
        bob.hears("typing");

        assertThat(Chat.open(bob, room).path("head").asLong()).isEqualTo(2);
    }

    private void types(ChatClient who, boolean on) {
        who.says("""
                {"type":"typing","room":"%s","on":%b}""".formatted(room, on));
    }

    private static List<JsonNode> typingHeard(ChatClient who) {
        return who.heardSoFar().stream()
                .filter(frame -> frame.path("type").asText().equals("typing"))
                .toList();
    }

    private static boolean isOver(JsonNode frame) {
        return frame.path("type").asText().equals("typing") && !frame.path("on").asBoolean();
    }
}
