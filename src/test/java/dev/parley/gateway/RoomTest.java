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
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is in a room reads it, from any place, without a hole. */
@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
@SuppressWarnings("NullAway.Init") // set before each test
class RoomTest {
    @TestHTTPResource("/")
    URI server;

    private TestAccount owner;
    private ChatClient alice;
    private TestAccount guest;
    private ChatClient bob;
    private String room;

    @BeforeEach
    void meet() {
        owner = TestAccount.registers(server, "alice");
        guest = TestAccount.registers(server, "bob");
        alice = owner.connects(server);
        bob = guest.connects(server);
        room = Chat.createPublic(alice);
    }

    @AfterEach
    void hangUp() {
        alice.close();
        bob.close();
    }

    @Test
    void showsItselfToItsMembers() {
        Chat.join(bob, room);
        Chat.send(bob, room, "hi");

        var opened = Chat.open(bob, room);

        assertThat(opened.path("name").asText()).isEqualTo("Lobby");
        assertThat(opened.path("visibility").asText()).isEqualTo("public");
        assertThat(opened.path("me").toString()).isEqualTo("""
                {"id":"%s","role":"member","cursor":0}""".formatted(guest.id()));
        assertThat(opened.path("members").toString())
                .isEqualTo("""
                [{"id":"%s","name":"%s","role":"owner"},{"id":"%s","name":"%s","role":"member"}]""".formatted(owner.id(), owner.name(), guest.id(), guest.name()));
        assertThat(opened.path("member_count").asLong()).isEqualTo(2);
        assertThat(opened.path("head").asLong()).isEqualTo(3);
        assertThat(opened.path("floor").asLong()).isEqualTo(1);
        assertThat(opened.path("more").asBoolean()).isFalse();
        assertThat(opened.path("entries").findValuesAsText("kind")).containsExactly("create", "join", "message");
        assertThat(opened.at("/entries/1/data").toString()).isEqualTo("{\"name\":\"" + guest.name() + "\"}");
        assertThat(opened.at("/entries/2/by").asText()).isEqualTo(guest.id());
    }

    @Test
    void isPrivateUnlessItsCreatorSaysOtherwise() {
        var secret = Chat.ok(alice.asks("""
                {"type":"create_room","cid":"s","name":"Den"}""")).path("room").asText();

        assertThat(Chat.open(alice, secret).path("visibility").asText()).isEqualTo("private");
        assertThat(Chat.code(bob.asks(join(secret, "c")))).isEqualTo("not_found");
    }

    @Test
    void isJoinedOnce() {
        var first = Chat.ok(bob.asks(join(room, "one")));
        var again = Chat.ok(bob.asks(join(room, "one")));
        var anew = Chat.ok(bob.asks(join(room, "two")));

        assertThat(first.path("seq").asLong()).isEqualTo(2);
        assertThat(first.path("dup").asBoolean()).isFalse();
        assertThat(List.of(again, anew)).allSatisfy(answer -> {
            assertThat(answer.path("seq").asLong()).isEqualTo(2);
            assertThat(answer.path("dup").asBoolean()).isTrue();
        });
        assertThat(Chat.open(alice, room).path("head").asLong()).isEqualTo(2);
    }

    @Test
    void isLeftAndJoinedAgain() {
        Chat.join(bob, room);
        var left = Chat.ok(bob.asks(leave(room, "l")));
        var again = Chat.ok(bob.asks(leave(room, "l")));

        assertThat(left.path("seq").asLong()).isEqualTo(3);
        assertThat(again.path("seq").asLong()).isEqualTo(3);
        assertThat(again.path("dup").asBoolean()).isTrue();
        assertThat(Chat.code(bob.asks(leave(room, "other")))).isEqualTo("not_member");
        assertThat(Chat.open(alice, room).path("member_count").asLong()).isEqualTo(1);
        assertThat(Chat.join(bob, room)).isEqualTo(4);
        Chat.open(bob, room);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            open    | {"type":"open","room":"R"}
            send    | {"type":"send","room":"R","cid":"c","body":"x"}
            leave   | {"type":"leave","room":"R","cid":"c"}
            history | {"type":"history","room":"R"}
            """)
    void isForMembers(String name, String frame) {
        assertThat(Chat.code(bob.asks(frame.replace("R\"", room + "\"")))).isEqualTo("not_member");
        assertThat(Chat.open(alice, room).path("head").asLong()).isEqualTo(1);
    }

    @Test
    void isReadFromAnyPlaceWithoutHole() {
        Chat.sendMany(alice, room, 999);
        Chat.join(bob, room);

        var opened = Chat.ok(bob.asks("""
                {"type":"open","room":"%s","since":0}""".formatted(room)));
        Chat.sendMany(alice, room, 50);

        assertThat(opened.path("head").asLong()).isEqualTo(1001);
        assertThat(opened.path("more").asBoolean()).isTrue();
        assertThat(seqs(opened)).isEqualTo(oneTo(200));
        bob.hears("caught_up");
        bob.waitsUntil("the last entry is here", _ -> Chat.seqsHeard(bob, room).contains(1051L));
        assertThat(Chat.seqsHeard(bob, room))
                .isEqualTo(LongStream.rangeClosed(201, 1051).boxed().toList());
    }

    @Test
    void isOpenedAtItsEndOrFromPlaceThatIsKnown() {
        Chat.sendMany(alice, room, 9);

        assertThat(seqs(open("\"limit\":3"))).containsExactly(8L, 9L, 10L);
        assertThat(seqs(open("\"limit\":0"))).isEmpty();
        assertThat(open("\"limit\":0").path("more").asBoolean()).isFalse();
        assertThat(seqs(open("\"since\":7"))).containsExactly(8L, 9L, 10L);
        assertThat(seqs(open("\"since\":10"))).isEmpty();
        assertThat(Chat.code(alice.asks("""
                {"type":"open","room":"%s","since":11}""".formatted(room)))).isEqualTo("invalid");
    }

    @Test
    void pagesItsHistory() {
        Chat.sendMany(alice, room, 9);

        assertThat(history("\"limit\":3")).isEqualTo("[8, 9, 10] true");
        assertThat(history("\"limit\":3,\"before\":8")).isEqualTo("[5, 6, 7] true");
        assertThat(history("\"limit\":4,\"before\":5")).isEqualTo("[1, 2, 3, 4] false");
        assertThat(history("\"limit\":3,\"after\":0")).isEqualTo("[1, 2, 3] true");
        assertThat(history("\"limit\":3,\"after\":7")).isEqualTo("[8, 9, 10] false");
        assertThat(history("\"after\":10")).isEqualTo("[] false");
        assertThat(history("\"before\":1")).isEqualTo("[] false");
        assertThat(history("\"before\":9223372036854775807")).isEqualTo(oneTo(10) + " false");
        assertThat(history("\"after\":9223372036854775807")).isEqualTo("[] false");
    }

    @Test
    void isShownLiveToItsSenderToo() {
        Chat.open(alice, room);
        var sent = Chat.ok(alice.asks("""
                {"type":"send","room":"%s","cid":"c","body":"x","reply_to":1,"mentions":["%s"]}""".formatted(room, guest.id())));

        assertThat(alice.hears("entry").toString())
                .isEqualTo("""
                {"type":"entry","room":"%s","seq":2,"kind":"message","by":"%s","at":"%s","cid":"c",\
                "data":{"body":"x","reply_to":1,"mentions":["%s"]}}""".formatted(room, owner.id(), sent.path("at").asText(), guest.id()));
    }

    @Test
    void isSilentAfterClose() {
        Chat.join(bob, room);
        Chat.open(bob, room);
        Chat.send(alice, room, "heard");
        bob.hears("entry");

        Chat.ok(bob.asks("""
                {"type":"close","room":"%s"}""".formatted(room)));
        Chat.send(alice, room, "unheard");

        Chat.ping(bob);
        assertThat(bob.heardSoFar()).isEmpty();
        Chat.send(bob, room, "still a member");
        Chat.ok(bob.asks("""
                {"type":"close","room":"%s"}""".formatted(room)));
        assertThat(seqs(Chat.open(bob, room))).isEqualTo(oneTo(5));
    }

    private JsonNode open(String how) {
        return Chat.ok(alice.asks("""
                {"type":"open","room":"%s",%s}""".formatted(room, how)));
    }

    private String history(String where) {
        var page = Chat.ok(alice.asks("""
                {"type":"history","room":"%s",%s}""".formatted(room, where)));
        return seqs(page) + " " + page.path("more").asText();
    }

    private static String join(String room, String cid) {
        return """
                {"type":"join","room":"%s","cid":"%s"}""".formatted(room, cid);
    }

    private static String leave(String room, String cid) {
        return """
                {"type":"leave","room":"%s","cid":"%s"}""".formatted(room, cid);
    }

    private static List<Long> seqs(JsonNode page) {
        return StreamSupport.stream(page.path("entries").spliterator(), false)
                .map(entry -> entry.path("seq").asLong())
                .toList();
    }

    private static List<Long> oneTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }
}
