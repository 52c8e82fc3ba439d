package dev.parley.session;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.ChatClient;
import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.TestAccount;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An account has so many sessions and no more, and they end when they are over. */
@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
@TestProfile(SessionLimitTest.FewAndShort.class)
@SuppressWarnings("NullAway.Init") // set before each test
class SessionLimitTest {
    private static final int MOST = 3;

    /** Limits that a test can reach. */
    public static final class FewAndShort implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "parley.session.per-account", Integer.toString(MOST),
                    "parley.session.life", "10s",
                    "parley.session.cleanup-interval", "1s");
        }
    }

    @TestHTTPResource("/")
    URI server;

    @Inject
    Pool pool;

    private TestAccount alice;

    @BeforeEach
    void register() {
        alice = TestAccount.registers(server, "alice");
    }

    @Test
    void makesRoomByEndingTheOneThatWasSeenLeastLately() {
        try (var phone = ChatClient.connects(server);
                var tablet = ChatClient.connects(server);
                var laptop = ChatClient.connects(server);
                var fresh = ChatClient.connects(server)) {
            hello(phone);
            var first = leaves(tablet);
            var second = leaves(laptop);

            var third = hello(fresh);

            assertThat(ids()).contains(session(second), session(third)).doesNotContain(session(first));
            assertThat(phone.isOpen()).isTrue();
            try (var again = ChatClient.connects(server)) {
                assertThat(resume(again, first).path("code").asText()).isEqualTo("session_unknown");
                assertThat(resume(again, second).path("resumed").asBoolean()).isTrue();
            }
        }
    }

    @Test
    void refusesOneMoreWhileAllAreConnected() {
        var clients =
                Stream.generate(() -> ChatClient.connects(server)).limit(MOST).toList();
        try (var late = ChatClient.connects(server)) {
            clients.forEach(this::hello);
            late.says("{\"type\":\"hello\",\"id\":\"1\",\"token\":\"" + alice.token() + "\"}");

            assertThat(late.hears("error").toString()).isEqualTo("""
                    {"type":"error","re":"1","code":"rate_limited",\
                    "message":"all 3 sessions that this account may have are connected; end one of them",\
                    "retry":"after","retry_after_ms":60000}""");
            assertThat(late.hears("bye").toString()).isEqualTo("""
                    {"type":"bye","code":4505,"reason":"too many sessions of this account","reconnect":false}""");
            assertThat(late.closeCode()).isEqualTo(4505);
            assertThat(clients).allMatch(ChatClient::isOpen);
            clients.getFirst().asks("{\"type\":\"logout\"}");
            try (var again = ChatClient.connects(server)) {
                assertThat(hello(again).path("type").asText()).isEqualTo("welcome");
            }
        } finally {
            clients.forEach(ChatClient::close);
        }
    }

    @Test
    void givesNoMoreThanTheLimitToThoseWhoComeAtOnce() {
        var clients =
                Stream.generate(() -> ChatClient.connects(server)).limit(20).toList();
        try {
            clients.parallelStream()
                    .forEach(client -> client.says("{\"type\":\"hello\",\"token\":\"" + alice.token() + "\"}"));
            clients.forEach(client -> client.waitsUntil(
                    "an answer",
                    frames -> frames.stream()
                            .anyMatch(frame -> frame.path("type").asText().matches("welcome|error"))));

            assertThat(ids()).hasSize(MOST);
            assertThat(clients)
                    .filteredOn(client -> client.heardSoFar().stream()
                            .anyMatch(frame -> frame.path("type").asText().equals("welcome")))
                    .hasSize(MOST);
        } finally {
            clients.forEach(ChatClient::close);
        }
    }

    @Test
    void countsOneAfterTheOther() {
        var account = UUID.fromString(alice.id());
        var first = get(pool.getConnection());
        var second = get(pool.getConnection());
        try {
            var transaction = get(first.begin());
            assertThat(get(begins(first, account))).isTrue();

            var late = begins(second, account);
            await("that it waits, or does not")
                    .until(() -> late.isComplete()
                            || get(first.query(
                                                            "select count(*) from pg_locks where locktype = 'advisory' and not granted")
                                                    .execute())
                                            .iterator()
                                            .next()
                                            .getLong(0)
                                    > 0);
            get(transaction.commit());

            assertThat(get(late))
                    .as("the first was not committed when the second began")
                    .isFalse();
        } finally {
            get(first.close());
            get(second.close());
        }
    }

    @Test
    void expireWhenTheyAreNotConnectedAndOnlyThen() {
        try (var phone = ChatClient.connects(server);
                var tablet = ChatClient.connects(server)) {
            var kept = hello(phone);
            var left = leaves(tablet);
            var expires = expiresAt(kept);

            await("the end of one that is not connected").until(() -> !ids().contains(session(left)));
            await("more time for one that is").until(() -> !expiresAt(kept).equals(expires));
            assertThat(phone.isOpen()).isTrue();
            try (var again = ChatClient.connects(server)) {
                assertThat(resume(again, left).path("code").asText()).isEqualTo("session_unknown");
                assertThat(resume(again, kept).path("resumed").asBoolean()).isTrue();
            }
        }
    }

    /** Whether an account that may have one connected session is given another. */
    private static Future<Boolean> begins(SqlConnection connection, UUID account) {
        return connection
                .preparedQuery("select begun from begin_session($1, $2, '', '', $2, now() + interval '1 h', 1)")
                .execute(Tuple.of(account, UUID.randomUUID()))
                .map(rows -> rows.iterator().next().getBoolean(0));
    }

    private JsonNode hello(ChatClient client) {
        return client.asks("{\"type\":\"hello\",\"token\":\"" + alice.token() + "\"}");
    }

    /** A session of which it is stored that nobody is connected. */
    private JsonNode leaves(ChatClient client) {
        var welcome = hello(client);
        client.vanishes();
        await().until(() -> of(welcome, "connected").equals(List.of(false)));
        return welcome;
    }

    private JsonNode resume(ChatClient client, JsonNode welcome) {
        return client.asks("""
                {"type":"hello","token":"%s","resume":{"session":"%s","secret":"%s"}}""".formatted(
                        alice.token(), session(welcome), welcome.path("secret").asText()));
    }

    private List<String> ids() {
        return list("sessions.id");
    }

    private String expiresAt(JsonNode welcome) {
        return String.valueOf(of(welcome, "expires_at"));
    }

    private List<Object> of(JsonNode welcome, String field) {
        return list("sessions.findAll { it.id == '" + session(welcome) + "' }." + field);
    }

    private <T> List<T> list(String path) {
        return given().header("Authorization", "Bearer " + alice.token())
                .get("/api/sessions")
                .jsonPath()
                .getList(path);
    }

    private static String session(JsonNode welcome) {
        return welcome.path("session").asText();
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
