package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.ChatClient;
import dev.parley.testing.Faults;
import dev.parley.testing.OwnPostgres;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One cid is one entry, however often, wherever and whenever it is said. */
@FaultSuite
class CidAcrossRestartIT {
    private static final int REPEATS = 100;
    private static final int AT_ONCE = 10;
    private static final int ROUNDS = Form.rounds(50, 500);

    @TempDir
    Path directory;

    @Test
    void answersRepeatedCommandAsItDidTheFirstTime() {
        try (var scene = new Scene(directory, Map.of())) {
            var alice = scene.registers("alice");
            String room;
            JsonNode first;
            try (var phone = alice.connects(scene.uri());
                    var laptop = alice.connects(scene.uri())) {
                room = phone.asks("""
                        {"type":"create_room","cid":"r","name":"Lobby","visibility":"private"}""").path("room").asText();

                var answers = repeats(List.of(phone, laptop), send(room, "once", "hello"));

                first = onlyNew(answers);
                assertThat(answers).allSatisfy(answer -> repeats(answer, first));
                // These are under way when it is killed: committed or not, nobody knows.
                for (int i = 0; i < REPEATS; i++) {
                    (i % 2 == 0 ? phone : laptop).asksLater(send(room, "under way", "hello again"));
                }
                scene.server().kill9();
            }
            scene.startsAgain();
            try (var phone = alice.connects(scene.uri());
                    var laptop = alice.connects(scene.uri())) {
                var again = phone.asks(send(room, "once", "hello"));
                assertThat(again.path("dup").asBoolean()).isTrue();
                repeats(again, first);

                var answers = repeats(List.of(phone, laptop), send(room, "under way", "hello again"));
                assertThat(answers).allSatisfy(answer -> repeats(answer, answers.getFirst()));
                assertThat(answers.getFirst().path("seq").asLong()).isEqualTo(3);

                assertThat(laptop.asks(send(room, "once", "something else"))
                                .path("code")
                                .asText())
                        .isEqualTo("cid_conflict");
            }
            assertThat(scene.stored().rooms().values()).singleElement().satisfies(log -> {
                assertThat(log.rows()).extracting(row -> row.said().cid()).containsExactly("r", "once", "under way");
                assertThat(log.head()).isEqualTo(3);
            });
            scene.stopsInGoodOrder();
        }
    }

    /** N7. */
    @Test
    void answersCommandAlikeThatIsSaidTenTimesOnTwoNodesAtOnce() {
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, Map.of())) {
            var nodes = List.of(scene.server(), scene.startsAnother());
            var alice = scene.registers("alice");
            var connections = IntStream.range(0, AT_ONCE)
                    .mapToObj(i -> alice.connects(nodes.get(i % nodes.size()).baseUri()))
                    .toList();
            var room = connections.getFirst().asks("""
                    {"type":"create_room","cid":"r","name":"Lobby","visibility":"private"}""").path("room").asText();

            for (int round = 0; round < ROUNDS; round++) {
                var answers = repeats(connections, send(room, "round " + round, "hello"), AT_ONCE);

                var first = onlyNew(answers);
                assertThat(answers).allSatisfy(answer -> repeats(answer, first));
                assertThat(first.path("seq").asLong()).isEqualTo(2 + round);
            }
            Faults.injected("a cid said ten times on two nodes at once", ROUNDS);
            connections.forEach(ChatClient::close);
            assertThat(scene.stored().rooms().values())
                    .singleElement()
                    .satisfies(log -> assertThat(log.rows()).hasSize(1 + ROUNDS));
            scene.stopsInGoodOrder();
        }
    }

    private static String send(String room, String cid, String body) {
        return """
                {"type":"send","room":"%s","cid":"%s","body":"%s"}""".formatted(room, cid, body);
    }

    private static List<JsonNode> repeats(List<ChatClient> connections, String command) {
        return repeats(connections, command, REPEATS);
    }

    private static List<JsonNode> repeats(List<ChatClient> connections, String command, int times) {
        record Asked(ChatClient connection, String id) {}
        var asked = new ArrayList<Asked>();
        for (int i = 0; i < times; i++) {
            var connection = connections.get(i % connections.size());
            asked.add(new Asked(connection, connection.asksLater(command)));
        }
        return asked.stream()
                .map(one -> one.connection()
                        .hears(
                                "the answer to " + one.id(),
                                frame -> one.id().equals(frame.path("re").asText())))
                .toList();
    }

    private static JsonNode onlyNew(List<JsonNode> answers) {
        var fresh = answers.stream()
                .filter(answer -> !answer.path("dup").asBoolean())
                .toList();
        assertThat(fresh).hasSize(1);
        return fresh.getFirst();
    }

    private static void repeats(JsonNode answer, JsonNode first) {
        assertThat(answer.path("type").asText()).isEqualTo("ok");
        assertThat(answer.path("seq")).isEqualTo(first.path("seq"));
        assertThat(answer.path("at")).isEqualTo(first.path("at"));
    }
}
