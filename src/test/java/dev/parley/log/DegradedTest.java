package dev.parley.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.task.TaskManager;
import dev.parley.testing.ChatClient;
import dev.parley.testing.FaultyDatabaseResource;
import dev.parley.testing.FaultyDatabaseResource.FaultyDatabase;
import dev.parley.testing.TaskRuns;
import dev.parley.testing.TestAccount;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What clients notice of a database that is away, frozen, or loses its answers. */
@QuarkusTest
@TestProfile(DegradedTest.Impatient.class)
@WithTestResource(FaultyDatabaseResource.class)
class DegradedTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** Times that a test can wait for. */
    public static final class Impatient implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "parley.log.patience", "4s",
                    "parley.log.statement-limit", "1s",
                    "parley.log.sweep-interval", "1s",
                    "parley.room.statement-limit", "1s",
                    "parley.presence.interval", "1s",
                    "parley.presence.grace", "1s",
                    "parley.presence.statement-limit", "1s",
                    "parley.session.statement-limit", "1s",
                    "parley.connection.reopen-pause", "200ms",
                    "parley.database.connect-timeout", "1s");
        }
    }

    @TestHTTPResource("/")
    URI server;

    @TestHTTPResource(value = "/health", management = true)
    URI health;

    @SuppressWarnings("NullAway.Init") // by the test resource
    FaultyDatabase database;

    @Inject
    TaskManager tasks;

    private TestAccount alice;
    private ChatClient hers;
    private JsonNode welcome;
    private String room;

    @BeforeEach
    void opensRoom() {
        database.wire().passes();
        await().atMost(LIMIT).until(() -> status("/ready") == 200);
        alice = TestAccount.registers(server, "alice");
        hers = ChatClient.connects(server);
        welcome = hers.asks("{\"type\":\"hello\",\"token\":\"" + alice.token() + "\"}");
        room = hers.asks("{\"type\":\"create_room\",\"cid\":\"r\",\"name\":\"Lobby\",\"visibility\":\"public\"}")
                .path("room")
                .asText();
        hers.asks("{\"type\":\"open\",\"room\":\"" + room + "\"}");
    }

    @AfterEach
    void heals() {
        database.wire().passes();
        hers.close();
    }

    @Test
    void answersOnceThoughTheAnswerOfTheCommitIsLost() throws SQLException {
        int before = database.wire().answersLost();
        for (int i = 0; i < 20; i++) {
            database.wire().losesAnswersTo("lost-" + i + "!", 1);
            var sent = send("c" + i, "lost-" + i + "!");
            assertThat(sent.path("type").asText()).isEqualTo("ok");
            assertThat(sent.path("seq").asLong()).isEqualTo(2 + i);
        }

        assertThat(database.wire().answersLost() - before).isEqualTo(20);
        assertThat(count("select count(*) from entry where room_id = ?")).isEqualTo(21);
        assertThat(hearsUpTo(21))
                .isEqualTo(LongStream.rangeClosed(2, 21).boxed().toList());
        assertThat(hers.heardSoFar()).as("nothing was told twice").isEmpty();
    }

    @Test
    void answersLateWhatWasSentWhileTheDatabaseWasAway() throws SQLException {
        database.wire().refuses();
        var sends = new ArrayList<String>();
        for (int i = 0; i < 10; i++) {
            sends.add(hers.asksLater(message("c" + i, "hello")));
        }
        await("several tries").atMost(LIMIT).until(() -> database.wire().refusals() >= 3);
        assertThat(hers.asks("{\"type\":\"ping\"}").path("type").asText()).isEqualTo("ok");

        database.wire().passes();

        for (int i = 0; i < 10; i++) {
            var re = sends.get(i);
            var answer = hers.hears(
                    "answer " + i, frame -> re.equals(frame.path("re").asText()));
            assertThat(answer.path("type").asText()).as(answer.toString()).isEqualTo("ok");
            assertThat(answer.path("seq").asLong()).isEqualTo(2 + i);
        }
        assertThat(count("select count(*) from entry where room_id = ?")).isEqualTo(11);
    }

    @Test
    void saysUnavailableWhenPatienceEndsAndTakesTheSameAgainLater() throws SQLException {
        database.wire().refuses();

        var refused = send("c", "hello");
        assertThat(refused.path("code").asText()).isEqualTo("unavailable");
        assertThat(refused.path("retry").asText()).isEqualTo("after");
        assertThat(refused.path("retry_after_ms").asLong()).isPositive();
        assertThat(hers.isOpen()).isTrue();
        await().atMost(LIMIT).until(() -> status("/ready") == 503);
        assertThat(status("/live")).isEqualTo(200);
        database.wire().passes();
        await().atMost(LIMIT).until(() -> status("/ready") == 200);
        var taken = send("c", "hello");

        assertThat(taken.path("seq").asLong()).as(taken.toString()).isEqualTo(2);
        assertThat(count("select count(*) from entry where room_id = ?")).isEqualTo(2);
    }

    @Test
    void letsSessionsInAndReopensTheirRoomsByItself() throws SQLException {
        var bob = TestAccount.registers(server, "bob");
        try (var his = bob.connects(server)) {
            his.asks("{\"type\":\"join\",\"room\":\"" + room + "\",\"cid\":\"j\"}");
            his.asks("{\"type\":\"open\",\"room\":\"" + room + "\"}");
            database.wire().refuses();
            hers.vanishes();
            hers = ChatClient.connects(server);
            var resumed = hers.asks("""
                    {"type":"hello","token":"%s","resume":{"session":"%s","secret":"%s","rooms":{"%s":1}}}""".formatted(
                            alice.token(),
                            welcome.path("session").asText(),
                            welcome.path("secret").asText(),
                            room));
            assertThat(resumed.path("resumed").asBoolean()).isTrue();
            assertThat(resumed.path("session")).isEqualTo(welcome.path("session"));
            try (var newcomer = bob.connects(server)) {
                his.asksLater("{\"type\":\"typing\",\"room\":\"" + room + "\",\"on\":true}");
                assertThat(his.asks("{\"type\":\"ping\"}").path("type").asText())
                        .isEqualTo("ok");
                assertThat(newcomer.isOpen() && his.isOpen()).isTrue();
                assertThat(sessionsOf(bob)).as("the second one is provisional").isEqualTo(1);

                database.wire().passes();

                hers.hears("caught_up");
                await().atMost(LIMIT).until(() -> sessionsOf(bob) == 2);
                assertThat(newcomer.isOpen()).isTrue();
            }
            his.asks(message("m", "are you back?"));
            var entry = hers.hears("the message", frame -> frame.path("seq").asLong() == 3 && frame.has("kind"));
            assertThat(entry.path("data").path("body").asText()).isEqualTo("are you back?");
        }
    }

    @Test
    void doesNotReopenARoomThatTheClientHasClosed() {
        var other = hers.asks("{\"type\":\"create_room\",\"cid\":\"other\",\"name\":\"Other\"}")
                .path("room")
                .asText();
        database.wire().refuses();
        hers.vanishes();
        hers = ChatClient.connects(server);
        hers.asks("""
                {"type":"hello","token":"%s","resume":{"session":"%s","secret":"%s","rooms":{"%s":0,"%s":0}}}""".formatted(
                        alice.token(),
                        welcome.path("session").asText(),
                        welcome.path("secret").asText(),
                        room,
                        other));
        hers.asks("{\"type\":\"close\",\"room\":\"" + room + "\"}");

        database.wire().passes();

        assertThat(hers.hears("caught_up").path("room").asText()).isEqualTo(other);
        hers.asks("{\"type\":\"ping\"}");
        assertThat(hers.heardSoFar())
                .noneMatch(frame -> room.equals(frame.path("room").asText()));
    }

    @Test
    void forgetsASessionThatLoggedOutMeanwhile() {
        database.wire().refuses();

        var answer = hers.asks("{\"type\":\"logout\"}");

        assertThat(answer.path("code").asText()).isEqualTo("unavailable");
        assertThat(hers.closeCode()).isEqualTo(1000);
        database.wire().passes();
        await().atMost(LIMIT).until(() -> sessionsOf(alice) == 0);
        hers = ChatClient.connects(server);
        assertThat(hers.asks("""
                {"type":"hello","token":"%s","resume":{"session":"%s","secret":"%s"}}""".formatted(
                                        alice.token(),
                                        welcome.path("session").asText(),
                                        welcome.path("secret").asText()))
                        .path("code")
                        .asText())
                .isEqualTo("session_unknown");
    }

    @Test
    void goesOnTypingWhileTheDatabaseIsAway() {
        var bob = TestAccount.registers(server, "bob");
        try (var his = bob.connects(server)) {
            his.asks("{\"type\":\"join\",\"room\":\"" + room + "\",\"cid\":\"j\"}");
            his.asks("{\"type\":\"open\",\"room\":\"" + room + "\"}");
            database.wire().refuses();

            his.asksLater("{\"type\":\"typing\",\"room\":\"" + room + "\",\"on\":true}");

            assertThat(hers.hears("typing").path("on").asBoolean()).isTrue();
        }
    }

    @Test
    void tellsWhoComesBackWhileTheDatabaseIsAway() {
        var bob = TestAccount.registers(server, "bob");
        JsonNode known;
        try (var his = ChatClient.connects(server)) {
            known = his.asks("{\"type\":\"hello\",\"token\":\"" + bob.token() + "\"}");
            his.asks("{\"type\":\"join\",\"room\":\"" + room + "\",\"cid\":\"j\"}");
        }
        var whoIs = "{\"type\":\"presence\",\"room\":\"" + room + "\",\"watch\":true}";
        hers.asks(whoIs);
        await("he is gone")
                .atMost(LIMIT)
                .until(() -> hers.asks(whoIs).path("online").size() == 1);
        hers.heardSoFar().stream()
                .filter(frame -> frame.path("type").asText().equals("presence"))
                .forEach(_ -> hers.hears("presence"));
        database.wire().refuses();

        try (var his = ChatClient.connects(server)) {
            his.asks("""
                    {"type":"hello","token":"%s","resume":{"session":"%s","secret":"%s"}}""".formatted(
                            bob.token(),
                            known.path("session").asText(),
                            known.path("secret").asText()));

            assertThat(hers.hears("presence").path("online").toString()).contains(bob.id());
            assertThat(hers.asks(whoIs).path("online").toString()).contains(bob.id());
            database.wire().passes();
            await().atMost(LIMIT).until(() -> status("/ready") == 200);
            TaskRuns.awaitNext(tasks, "presence.look");
            hers.asks("{\"type\":\"ping\"}");
            assertThat(hers.heardSoFar().toString()).doesNotContain("offline\":[\"");
        }
    }

    @Test
    void recoversFromAServerThatFroze() throws SQLException {
        send("warm", "up");
        database.wire().fallsSilent();
        var frozen = send("c", "hello");
        assertThat(frozen.path("code").asText()).isEqualTo("unavailable");
        assertThat(status("/live")).isEqualTo(200);

        database.wire().resets(); // what was frozen is lost, and a new wire works
        database.wire().passes();

        for (int i = 0; i < 40; i++) { // more than the pool has connections
            var sent = send("after-" + i, "hello");
            assertThat(sent.path("type").asText()).as(sent.toString()).isEqualTo("ok");
        }
        assertThat(send("c", "hello").path("type").asText()).isEqualTo("ok");
        assertThat(count("select count(*) from entry where room_id = ? and cid = 'c'"))
                .isEqualTo(1);
    }

    @Test
    void givesConnectionsBackThatADeadWireHolds() {
        send("warm", "up");
        database.wire().fallsSilent();

        for (int i = 0; i < 3; i++) {
            var answer = hers.asks("{\"type\":\"history\",\"room\":\"" + room + "\",\"limit\":1}");
            assertThat(answer.path("code").asText()).isEqualTo("unavailable");
        }

        await("none is held, though none was answered")
                .atMost(LIMIT)
                .until(() -> RestAssured.get(health + "/ready")
                        .path("checks.find { it.name == 'database pool' }.data.in_use")
                        .equals(0));
    }

    private JsonNode send(String cid, String body) {
        return hers.asks(message(cid, body));
    }

    private String message(String cid, String body) {
        return "{\"type\":\"send\",\"room\":\"" + room + "\",\"cid\":\"" + cid + "\",\"body\":\"" + body + "\"}";
    }

    /** The numbers of the entries that come, one by one or in pages. */
    private List<Long> hearsUpTo(long seq) {
        var seqs = new ArrayList<Long>();
        while (seqs.isEmpty() || seqs.getLast() < seq) {
            var frame = hers.hears("entries", next -> next.path("type").asText().matches("entry|entries"));
            var entries = frame.has("entries") ? frame.path("entries") : List.of(frame);
            entries.forEach(entry -> seqs.add(entry.path("seq").asLong()));
        }
        return seqs;
    }

    private int status(String path) {
        return RestAssured.get(health + path).statusCode();
    }

    private long count(String sql) throws SQLException {
        return count(sql, UUID.fromString(room));
    }

    private long sessionsOf(TestAccount account) throws SQLException {
        return count("select count(*) from active_session where account_id = ?", UUID.fromString(account.id()));
    }

    private long count(String sql, UUID key) throws SQLException {
        try (var connection = database.connects();
                var query = connection.prepareStatement(sql)) {
            query.setObject(1, key);
            try (var rows = query.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }
}
