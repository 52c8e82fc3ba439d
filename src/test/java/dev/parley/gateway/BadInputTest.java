package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.account.Mint;
import dev.parley.testing.ChatClient;
import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.TestAccount;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong gets its defined answer, and the next good frame is served on the same connection. */
@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
@SuppressWarnings("NullAway.Init") // set before each test
class BadInputTest {
    @TestHTTPResource("/")
    URI server;

    @Inject
    Mint mint;

    private TestAccount account;
    private ChatClient alice;
    private String room;

    @BeforeEach
    void letIn() {
        account = TestAccount.registers(server, "alice");
        alice = account.connects(server);
        room = Chat.createPublic(alice);
    }

    @AfterEach
    void hangUp() {
        alice.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            not JSON             | hello                                                     | bad_frame    | not one well-formed JSON object
            empty                | ``                                                        | bad_frame    | a frame is one JSON object with a type
            an array             | [1]                                                       | bad_frame    | a frame is one JSON object with a type
            no type              | {"room":"R"}                                              | bad_frame    | a frame is one JSON object with a type
            unknown type         | {"type":"shout"}                                          | unknown_type | no such type of frame
            a class as type      | {"type":"java.lang.Runtime"}                              | unknown_type | no such type of frame
            two objects          | {"type":"ping"}{"type":"ping"}                            | bad_frame    | a frame is one JSON object with a type
            duplicate key        | {"type":"ping","x":1,"x":2}                               | bad_frame    | not one well-formed JSON object
            cut short            | {"type":"ping"                                            | bad_frame    | not one well-formed JSON object
            not a number         | {"type":"open","room":"R","since":NaN}                    | bad_frame    | not one well-formed JSON object
            number too large     | {"type":"open","room":"R","since":1e999}                  | bad_frame    | since has the wrong type
            text for a number    | {"type":"open","room":"R","since":"5"}                    | bad_frame    | since has the wrong type
            object for text      | {"type":"send","room":"R","cid":"c","body":{}}            | bad_frame    | body has the wrong type
            text for an object   | {"type":"ack","cursors":"all"}                            | bad_frame    | cursors has the wrong type
            room is not an id    | {"type":"open","room":"lobby"}                            | invalid      | room has no valid value
            room missing         | {"type":"open"}                                           | invalid      | room is missing
            cid missing          | {"type":"send","room":"R","body":"x"}                     | invalid      | cid is missing
            cid too long         | {"type":"join","room":"R","cid":"LONG"}                   | invalid      | cid may have at most 64 characters
            body empty           | {"type":"send","room":"R","cid":"c","body":""}            | invalid      | body must not be empty
            NUL in body          | {"type":"send","room":"R","cid":"c","body":"a\\u0000b"}   | invalid      | body holds a NUL character
            NUL in cid           | {"type":"send","room":"R","cid":"\\u0000","body":"x"}     | invalid      | cid holds a NUL character
            NUL in a room's name | {"type":"create_room","cid":"c","name":"\\u0000"}         | invalid      | name holds a NUL character
            lone high surrogate  | {"type":"send","room":"R","cid":"c","body":"\\ud83d"}     | invalid      | body holds half a surrogate pair
            lone low surrogate   | {"type":"send","room":"R","cid":"c","body":"\\udc4b\\ud83d"} | invalid   | body holds half a surrogate pair
            since beyond head    | {"type":"open","room":"R","since":9223372036854775807}    | invalid      | since is beyond the room's head
            null in mentions     | {"type":"send","room":"R","cid":"c","body":"x","mentions":[null]} | invalid | mentions is missing
            typing out of place  | {"type":"typing","room":"R","on":true}                    | invalid      | the room is not open here
            watch out of place   | {"type":"presence","room":"R","watch":true}                | invalid      | the room is not open here
            presence of nobody   | {"type":"presence"}                                       | invalid      | either room or users is to be named
            presence of too many | {"type":"presence","room":"R","users":[]}                 | invalid      | either room or users is to be named
            users watched        | {"type":"presence","users":[],"watch":true}               | invalid      | only a room can be watched
            null in users        | {"type":"presence","users":[null]}                        | invalid      | users is missing
            presence of no room  | {"type":"presence","room":"00000000-0000-4000-8000-000000000000"} | not_found | no such room
            hello again          | {"type":"hello","token":"x"}                              | invalid      | hello was said before
            no such room         | {"type":"open","room":"00000000-0000-4000-8000-000000000000"} | not_found | no such room
            """)
    void refusesAndGoesOn(String name, String frame, String code, String message) {
        alice.says(frame.replace("R\"", room + "\"").replace("\\\\", "\\").replace("LONG", "c".repeat(65)));

        assertThat(alice.hears("error").toString()).isEqualTo("""
                {"type":"error","code":"%s","message":"%s","retry":"never"}""".formatted(code, message));
        servesTheNextFrame(alice);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud800", "\\udc00x", "\\u0000"})
    void doesNotRepeatIdThatCannotBeWritten(String id) {
        alice.says("{\"type\":\"ping\",\"id\":\"" + id + "\"}");

        var error = alice.hears("error");

        assertThat(error.path("code").asText()).isEqualTo("invalid");
        assertThat(error.has("re")).isFalse();
        servesTheNextFrame(alice);
    }

    @Test
    void doesNotTakeNullForId() {
        alice.says("{\"type\":\"shout\",\"id\":null}");

        assertThat(alice.hears("error").has("re")).isFalse();
    }

    @Test
    void refusesDeepNesting() {
        alice.says("{\"type\":\"ping\",\"x\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}");

        assertThat(Chat.code(alice.hears("error"))).isEqualTo("bad_frame");
        servesTheNextFrame(alice);
    }

    @Test
    void refusesBinaryFrame() {
        alice.saysBinary((byte) '{', (byte) '}');

        assertThat(alice.hears("error").toString()).isEqualTo("""
                {"type":"error","code":"bad_frame","message":"frames are text","retry":"never"}""");
        servesTheNextFrame(alice);
    }

    @Test
    void refusesBodyThatIsTooLarge() {
        var error = alice.asks(send("é".repeat(8192) + "x"));

        assertThat(Chat.code(error)).isEqualTo("too_large");
        servesTheNextFrame(alice);
    }

    @Test
    void keepsBodyThatJustFits() {
        var body = "👋".repeat(4096);
        Chat.ok(alice.asks(send(body)));

        assertThat(lastBody()).isEqualTo(body);
    }

    @Test
    void endsConnectionWhoseFrameIsTooLarge() {
        alice.says(send("👋".repeat(262_144)));

        assertThat(alice.closeCode()).isEqualTo(1009);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"send\",\"room\":\"R\",\"cid\":\"c\",\"body\":\"x\"}",
                "{\"type\":\"open\",\"room\":\"R\"}",
                "{\"type\":\"auth\",\"token\":\"T\"}",
                "{\"type\":\"logout\"}",
                "{\"type\":\"ping\"}"
            })
    void servesNobodyBeforeHello(String frame) {
        try (var stranger = ChatClient.connects(server)) {
            stranger.says(frame.replace("R", room).replace("\"T\"", "\"" + account.token() + "\""));

            assertThat(stranger.hears("error").toString()).isEqualTo("""
                    {"type":"error","code":"unauthorized","message":"say hello first","retry":"reauth"}""");
            assertThat(hello(stranger, account.token()).path("type").asText()).isEqualTo("welcome");
        }
    }

    @Test
    void letsNobodyInWithoutGoodToken() {
        try (var stranger = ChatClient.connects(server)) {
            var good = account.token();
            assertThat(Chat.code(stranger.asks("{\"type\":\"hello\"}"))).isEqualTo("unauthorized");
            assertThat(Chat.code(hello(stranger, "x"))).isEqualTo("unauthorized");
            assertThat(Chat.code(hello(stranger, "ö".repeat(5000)))).isEqualTo("unauthorized");
            assertThat(Chat.code(hello(stranger, good.substring(0, good.lastIndexOf('.') + 1))))
                    .isEqualTo("unauthorized");
            assertThat(Chat.code(hello(stranger, mint.forged(account.id())))).isEqualTo("unauthorized");
            assertThat(Chat.code(hello(stranger, mint.tokenFor(account.id(), Duration.ofHours(-1)))))
                    .isEqualTo("token_expired");

            assertThat(hello(stranger, good).path("type").asText()).isEqualTo("welcome");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"hello\",\"token\":\"T\",\"window\":0}",
                "{\"type\":\"hello\",\"token\":\"T\",\"client\":{\"name\":\"\\u0000\"}}",
                "{\"type\":\"hello\",\"token\":\"T\",\"resume\":{\"session\":\"S\"}}",
                "{\"type\":\"hello\",\"token\":\"T\",\"resume\":{\"session\":\"S\",\"secret\":\"x\",\"rooms\":{\"S\":-1}}}",
                "{\"type\":\"hello\",\"token\":\"T\",\"resume\":{\"session\":\"S\",\"secret\":\"x\",\"rooms\":{\"S\":null}}}",
                "{\"type\":\"hello\",\"token\":\"T\",\"resume\":{\"session\":\"S\",\"secret\":\"x\",\"rooms\":{\"lobby\":1}}}"
            })
    void refusesHelloThatBreaksTheRules(String frame) {
        try (var stranger = ChatClient.connects(server)) {
            stranger.says(
                    frame.replace("T\"", account.token() + "\"").replace("\"S\"", "\"" + UUID.randomUUID() + "\""));

            assertThat(Chat.code(stranger.hears("error"))).isEqualTo("invalid");
            assertThat(hello(stranger, account.token()).path("type").asText()).isEqualTo("welcome");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"open\",\"room\":\"R\"}",
                "{\"type\":\"join\",\"room\":\"R\",\"cid\":\"c\"}",
                "{\"type\":\"leave\",\"room\":\"R\",\"cid\":\"c\"}",
                "{\"type\":\"send\",\"room\":\"R\",\"cid\":\"c\",\"body\":\"x\"}",
                "{\"type\":\"history\",\"room\":\"R\"}"
            })
    void hidesForeignPrivateRooms(String frame) {
        try (var bob = TestAccount.registers(server, "bob").connects(server)) {
            bob.says(frame.replace("R", Chat.createPrivate(alice)));
            var foreign = bob.hears("error");
            bob.says(frame.replace("R", UUID.randomUUID().toString()));

            assertThat(foreign).isEqualTo(bob.hears("error"));
            assertThat(foreign.toString()).isEqualTo("""
                    {"type":"error","code":"not_found","message":"no such room","retry":"never"}""");
            servesTheNextFrame(bob);
        }
    }

    private void servesTheNextFrame(ChatClient client) {
        client.says("{\"type\":\"ping\",\"id\":\"good\",\"what\":\"is unknown is ignored\"}");

        assertThat(client.hears("ok").toString()).isEqualTo("{\"type\":\"ok\",\"re\":\"good\"}");
        assertThat(client.heardSoFar()).isEmpty();
        assertThat(client.isOpen()).isTrue();
    }

    private String send(String body) {
        return """
                {"type":"send","room":"%s","cid":"%s","body":"%s"}""".formatted(room, Chat.cid(), body);
    }

    private String lastBody() {
        return alice.asks("""
                        {"type":"history","room":"%s","limit":1}""".formatted(room)).at("/entries/0/data/body").asText();
    }

    private static JsonNode hello(ChatClient client, String token) {
        return client.asks("{\"type\":\"hello\",\"token\":\"" + token + "\"}");
    }
}
