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
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A command under one cid happens once, however often and on however many connections it is sent. */
@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
@SuppressWarnings("NullAway.Init") // set before each test
class CidTest {
    private static final int REPEATS = 100;

    @TestHTTPResource("/")
    URI server;

    private List<ChatClient> connections;
    private String room;

    @BeforeEach
    void connect() {
        var alice = TestAccount.registers(server, "alice");
        connections =
                IntStream.range(0, 4).mapToObj(_ -> alice.connects(server)).toList();
        room = Chat.createPublic(connections.getFirst());
    }

    @AfterEach
    void hangUp() {
        connections.forEach(ChatClient::close);
    }

    @Test
    void happensOnceWhenRepeatedInParallel() {
        var answers = answers(_ -> send("c", "hello"));

        assertThat(answers).allSatisfy(Chat::ok);
        assertThat(answers).extracting(answer -> answer.path("seq").asLong()).containsOnly(2L);
        assertThat(answers.stream().map(answer -> answer.path("at").asText()).distinct())
                .hasSize(1);
        assertThat(answers)
                .filteredOn(answer -> !answer.path("dup").asBoolean())
                .hasSize(1);
        assertThat(Chat.send(connections.getFirst(), room, "next")).isEqualTo(3);
    }

    @Test
    void standsForThePayloadThatCameFirst() {
        var answers = answers(i -> send("c", i % 2 == 0 ? "even" : "odd"));

        var written = answers.stream()
                .filter(answer -> answer.path("type").asText().equals("ok"))
                .toList();
        assertThat(written).hasSize(REPEATS / 2);
        assertThat(answers)
                .filteredOn(answer -> answer.path("type").asText().equals("error"))
                .hasSize(REPEATS / 2)
                .allSatisfy(answer -> assertThat(Chat.code(answer)).isEqualTo("cid_conflict"));
        assertThat(history().path("entries")).hasSize(2);
    }

    @Test
    void makesOneRoom() {
        var answers = answers(_ -> create("c", "Lobby"));

        assertThat(answers.stream().map(answer -> answer.path("room").asText()).distinct())
                .hasSize(1);
        assertThat(answers).extracting(answer -> answer.path("seq").asLong()).containsOnly(1L);
        assertThat(Chat.code(connections.getFirst().asks(create("c", "Another"))))
                .isEqualTo("cid_conflict");
    }

    @Test
    void standsForOneKindOfCommand() {
        var alice = connections.getFirst();
        Chat.ok(alice.asks(send("c", "hello")));

        assertThat(Chat.code(alice.asks("""
                {"type":"leave","room":"%s","cid":"c"}""".formatted(room)))).isEqualTo("cid_conflict");
    }

    @Test
    void isEachSendersOwn() {
        try (var bob = TestAccount.registers(server, "bob").connects(server)) {
            Chat.join(bob, room);
            Chat.ok(connections.getFirst().asks(send("c", "hello")));

            assertThat(Chat.ok(bob.asks(send("c", "hi"))).path("dup").asBoolean())
                    .isFalse();
        }
    }

    @Test
    void isEachRoomsOwn() {
        var alice = connections.getFirst();
        Chat.ok(alice.asks(send("c", "hello")));
        room = Chat.createPublic(alice);

        assertThat(Chat.ok(alice.asks(send("c", "hello"))).path("dup").asBoolean())
                .isFalse();
    }

    private List<JsonNode> answers(IntFunction<String> command) {
        var asked = IntStream.range(0, REPEATS)
                .mapToObj(i -> connections.get(i % connections.size()).asksLater(command.apply(i)))
                .toList();
        return IntStream.range(0, REPEATS)
                .mapToObj(i -> Chat.answer(connections.get(i % connections.size()), asked.get(i)))
                .toList();
    }

    private JsonNode history() {
        return Chat.ok(connections.getFirst().asks("""
                {"type":"history","room":"%s"}""".formatted(room)));
    }

    private String send(String cid, String body) {
        return """
                {"type":"send","room":"%s","cid":"%s","body":"%s"}""".formatted(room, cid, body);
    }

    private static String create(String cid, String name) {
        return """
                {"type":"create_room","cid":"%s","name":"%s","visibility":"public"}""".formatted(cid, name);
    }
}
