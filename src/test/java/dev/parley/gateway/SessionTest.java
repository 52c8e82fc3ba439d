package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.event.EventHistory;
import dev.parley.testing.ChatClient;
import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.TestAccount;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A session outlives its connections, belongs to one at a time, and to its account. */
@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
@SuppressWarnings("NullAway.Init") // set before each test
class SessionTest {
    /** And longer than it takes to ask again: the welcome waits for a second, and so does the next question. */
    private static final Duration LESS_THAN_A_QUESTION_TAKES = Duration.ofSeconds(3);

    @TestHTTPResource("/")
    URI server;

    @Inject
    Pool pool;

    @Inject
    Attached attached;

    @Inject
    EventHistory events;

    private TestAccount account;

    @BeforeEach
    void register() {
        account = TestAccount.registers(server, "alice");
    }

    @Test
    void isWelcomedWithAllThatItsClientNeeds() {
        try (var alice = ChatClient.connects(server)) {
            var welcome = hello(alice, account, "");

            assertThat(welcome.path("session").asText()).hasSize(36);
            assertThat(welcome.path("secret").asText()).hasSizeGreaterThanOrEqualTo(43); // 256 bits
            assertThat(welcome.path("generation").asLong()).isEqualTo(1);
            assertThat(welcome.path("resumed")).hasToString("false");
            assertThat(welcome.path("ping_ms").asLong()).isEqualTo(25_000);
            assertThat(welcome.path("limits").toString()).isEqualTo("""
                    {"frame_bytes":65536,"body_bytes":16384,"page":200,"rooms":1000}""");
            assertThat(welcome.at("/server/version").asText()).isNotEmpty();
            assertThat(welcome.at("/server/node").asText()).hasSize(36);
            assertThat(welcome.path("heads").toString()).isEqualTo("{}");
        }
    }

    /** It is good for as many hellos as it takes, and kept no longer. */
    @Test
    void isBegunWithTheTokenOfTheUpgrade() throws Exception {
        var request = new Handshake().line("GET /chat HTTP/1.1").with("Authorization: Bearer " + account.token());
        try (var alice = RawClient.dials(server)) {
            assertThat(alice.sends(request.toString()).hearsHead()).startsWith("HTTP/1.1 101");
            var unknown = resume(UUID.randomUUID().toString(), "wrong", "{}");
            alice.sends(ClientFrame.text("{\"type\":\"hello\"" + unknown + "}"));
            assertThat(alice.hears()).contains("session_unknown");

            alice.sends(ClientFrame.text("{\"type\":\"hello\"}"));
            var welcome = new ObjectMapper().readTree(alice.hears().substring("text ".length()));
            assertThat(welcome.path("type").asText()).as(welcome.toString()).isEqualTo("welcome");
            var connection = attached.of(UUID.fromString(welcome.path("session").asText()));
            await().untilAsserted(() -> assertThat(connection)
                    .hasValueSatisfying(
                            it -> assertThat(it.wire().upgrade().token()).isEmpty()));
        }
    }

    /** A database that is late is not asked beside the question that it is late with. */
    @Test
    void asksForItsRoomsOnceAtATime() throws Exception {
        var asked = new AtomicInteger();
        var listening = events.listen(event -> {
            if (event.type().equals("ReopenRequested")) {
                asked.incrementAndGet();
            }
        });
        try (var alice = ChatClient.connects(server);
                var again = ChatClient.connects(server)) {
            var welcome = hello(alice, account, "");
            var room = Chat.createPublic(alice);
            var sql = done(pool.getConnection());
            try {
                done(sql.query("begin; lock table member in access exclusive mode")
                        .execute());

                var resumed = hello(again, account, resume(welcome, "{\"" + room + "\":0}"));
                assertThat(resumed.path("heads").toString()).isEqualTo("{}"); // not known in time

                await().during(LESS_THAN_A_QUESTION_TAKES)
                        .untilAsserted(() -> assertThat(asked).hasValue(1));
            } finally {
                done(sql.query("rollback").execute());
                done(sql.close());
            }
            assertThat(again.hears("caught_up").path("room").asText()).isEqualTo(room);
        } finally {
            listening.run();
        }
    }

    @Test
    void isResumedWithWhatWasMissed() {
        try (var alice = ChatClient.connects(server);
                var other = account.connects(server);
                var again = ChatClient.connects(server)) {
            var welcome = hello(alice, account, "");
            var room = Chat.createPublic(alice);
            Chat.send(alice, room, "two");
            alice.vanishes();
            Chat.send(other, room, "three");
            Chat.send(other, room, "four");

            var resumed = hello(again, account, resume(welcome, "{\"" + room + "\":2}"));

            assertThat(resumed.path("session")).isEqualTo(welcome.path("session"));
            assertThat(resumed.path("generation").asLong()).isEqualTo(2);
            assertThat(resumed.path("resumed").asBoolean()).isTrue();
            assertThat(resumed.has("secret")).isFalse();
            assertThat(resumed.path("heads").toString()).isEqualTo("{\"" + room + "\":4}");
            assertThat(again.hears("caught_up").path("room").asText()).isEqualTo(room);
            assertThat(Chat.seqsHeard(again, room)).containsExactly(3L, 4L);
            Chat.send(other, room, "five");
            assertThat(again.hears("entry").path("seq").asLong()).isEqualTo(5);
        }
    }

    @Test
    void isUnknownToThoseWhoDoNotOwnIt() {
        try (var alice = ChatClient.connects(server);
                var mallory = ChatClient.connects(server)) {
            var welcome = hello(alice, account, "");
            var stranger = TestAccount.registers(server, "mallory");
            var unknown = List.of(
                    refused(mallory, account, resume(welcome.path("session").asText(), "wrong", "{}")),
                    refused(mallory, stranger, resume(welcome, "{}")),
                    refused(
                            mallory,
                            stranger,
                            resume(
                                    UUID.randomUUID().toString(),
                                    welcome.path("secret").asText(),
                                    "{}")));

            assertThat(unknown).containsOnly("""
                    {"type":"error","code":"session_unknown",\
                    "message":"no such session; say hello without resume","retry":"reauth"}""");
            assertThat(hello(mallory, stranger, "").path("resumed").asBoolean()).isFalse();
            Chat.ping(alice);
        }
    }

    @Test
    void belongsToTheConnectionThatCameLast() {
        try (var older = ChatClient.connects(server);
                var newer = ChatClient.connects(server)) {
            var welcome = hello(older, account, "");

            hello(newer, account, resume(welcome, "{}"));

            assertThat(older.hears("bye").toString()).isEqualTo("""
                    {"type":"bye","code":4509,"reason":"another connection has the session","reconnect":false}""");
            assertThat(older.closeCode()).isEqualTo(4509);
            Chat.ping(newer);
        }
    }

    @Test
    void belongsToOneOfFiftyThatComeAtOnce() throws Exception {
        var clients = IntStream.range(0, 50)
                .mapToObj(_ -> ChatClient.connects(server))
                .toList();
        try (var first = ChatClient.connects(server)) {
            var welcome = hello(first, account, "");
            clients.parallelStream().forEach(client -> client.says(helloFrame(account, resume(welcome, "{}"))));

            await().until(() -> clients.stream().filter(ChatClient::isOpen).count() <= 1);
            var alive = clients.stream().filter(ChatClient::isOpen).toList();

            assertThat(alive).hasSize(1);
            assertThat(alive.getFirst().hears("welcome").path("generation").asLong())
                    .isEqualTo(51);
            Chat.ping(alive.getFirst());
            assertThat(first.closeCode()).isEqualTo(4509);
            assertThat(clients)
                    .filteredOn(client -> !client.isOpen())
                    .allSatisfy(client -> assertThat(client.closeCode()).isEqualTo(4509));
            assertThat(nodeOf(welcome)).isPresent();
        } finally {
            clients.forEach(ChatClient::close);
        }
    }

    @Test
    void resumesWithoutRoomsThatItsClientMayNotRead() {
        try (var alice = ChatClient.connects(server);
                var bob = TestAccount.registers(server, "bob").connects(server);
                var again = ChatClient.connects(server)) {
            var welcome = hello(alice, account, "");
            var own = Chat.createPublic(alice);
            var foreign = Chat.createPublic(bob);
            var secret = Chat.createPrivate(bob);
            var none = UUID.randomUUID().toString();

            var resumed = hello(
                    again,
                    account,
                    resume(welcome, "{\"%s\":0,\"%s\":0,\"%s\":0,\"%s\":0}".formatted(own, foreign, secret, none)));

            assertThat(resumed.path("heads").toString()).isEqualTo("{\"" + own + "\":1}");
            for (var room : List.of(foreign, secret, none)) {
                assertThat(about(again, room).toString()).isEqualTo("""
                        {"type":"error","room":"%s","code":"not_member","message":"not a member of this room",\
                        "retry":"never"}""".formatted(room));
            }
            again.hears("caught_up");
            assertThat(Chat.seqsHeard(again, own)).containsExactly(1L);
        }
    }

    @Test
    void isToldWhenItsClientClaimsWhatIsNotThere() {
        try (var alice = ChatClient.connects(server);
                var again = ChatClient.connects(server)) {
            var welcome = hello(alice, account, "");
            var room = Chat.createPublic(alice);

            hello(again, account, resume(welcome, "{\"" + room + "\":2}"));

            assertThat(about(again, room).toString()).isEqualTo("""
                    {"type":"error","room":"%s","code":"invalid","message":"since is beyond the room's head",\
                    "retry":"never"}""".formatted(room));
            Chat.open(again, room);
        }
    }

    @Test
    void endsByLogout() {
        try (var alice = ChatClient.connects(server);
                var again = ChatClient.connects(server)) {
            var welcome = hello(alice, account, "");

            Chat.ok(alice.asks("{\"type\":\"logout\"}"));

            assertThat(alice.hears("bye").path("code").asInt()).isEqualTo(1000);
            assertThat(alice.closeCode()).isEqualTo(1000);
            assertThat(refused(again, account, resume(welcome, "{}"))).contains("session_unknown");
        }
    }

    @Test
    void keepsItsCursors() {
        try (var alice = ChatClient.connects(server);
                var again = ChatClient.connects(server)) {
            var welcome = hello(alice, account, "");
            var room = Chat.createPublic(alice);
            Chat.sendMany(alice, room, 4);
            Chat.open(alice, room);
            alice.says(ack(room, 3));
            alice.says(ack(room, 2));
            await().until(() -> cursors(welcome).equals("{\"" + room + "\":3}"));
            alice.says(ack(room, 1_000_000));
            await().until(() -> cursors(welcome).equals("{\"" + room + "\":5}"));
            alice.vanishes();

            hello(again, account, resume(welcome, "{}"));

            assertThat(Chat.open(again, room).at("/me/cursor").asLong()).isEqualTo(5);
        }
    }

    @Test
    void isOnNodeOnlyWhileConnected() {
        try (var alice = ChatClient.connects(server);
                var again = ChatClient.connects(server)) {
            var welcome = hello(alice, account, "");
            assertThat(nodeOf(welcome).map(UUID::toString))
                    .contains(welcome.at("/server/node").asText());

            alice.vanishes();
            await().until(() -> nodeOf(welcome).isEmpty());
            hello(again, account, resume(welcome, "{}"));

            assertThat(nodeOf(welcome)).isPresent();
        }
    }

    @Test
    void isNotLeftBehindByClientThatVanishesDuringHello() {
        for (int i = 0; i < 20; i++) {
            var hasty = ChatClient.connects(server);
            hasty.says(helloFrame(account, ""));
            hasty.vanishes();
        }

        await().until(
                        () -> value(
                                "select count(*) from active_session where node_id is not null and account_id = $1",
                                UUID.fromString(account.id()),
                                Long.class),
                        Long.valueOf(0)::equals);
    }

    private static JsonNode hello(ChatClient client, TestAccount account, String resume) {
        var welcome = client.asks(helloFrame(account, resume));
        assertThat(welcome.path("type").asText()).as(welcome.toString()).isEqualTo("welcome");
        return welcome;
    }

    private static String refused(ChatClient client, TestAccount account, String resume) {
        client.says(helloFrame(account, resume));
        return client.hears("error").toString();
    }

    private static String helloFrame(TestAccount account, String resume) {
        return "{\"type\":\"hello\",\"token\":\"" + account.token() + "\"" + resume + "}";
    }

    private static String resume(JsonNode welcome, String rooms) {
        return resume(welcome.path("session").asText(), welcome.path("secret").asText(), rooms);
    }

    private static String resume(String session, String secret, String rooms) {
        return """
                ,"resume":{"session":"%s","secret":"%s","rooms":%s}""".formatted(session, secret, rooms);
    }

    private static String ack(String room, long seq) {
        return """
                {"type":"ack","cursors":{"%s":%d}}""".formatted(room, seq);
    }

    private static JsonNode about(ChatClient client, String room) {
        return client.hears(
                "an error about " + room,
                frame -> frame.path("type").asText().equals("error")
                        && frame.path("room").asText().equals(room));
    }

    private Optional<UUID> nodeOf(JsonNode welcome) {
        return Optional.ofNullable(
                value("select node_id from active_session where id = $1", session(welcome), UUID.class));
    }

    private String cursors(JsonNode welcome) {
        return String.valueOf(
                        value("select cursors::text from active_session where id = $1", session(welcome), String.class))
                .replace(" ", "");
    }

    private static UUID session(JsonNode welcome) {
        return UUID.fromString(welcome.path("session").asText());
    }

    private <T> @Nullable T value(String sql, UUID key, Class<T> type) {
        try {
            var rows = done(pool.withConnection(
                    connection -> connection.preparedQuery(sql).execute(Tuple.of(key))));
            return rows == null ? null : rows.iterator().next().get(type, 0);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static <T> T done(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
