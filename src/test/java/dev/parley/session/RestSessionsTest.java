package dev.parley.session;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.testing.ChatClient;
import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.RestContract;
import dev.parley.testing.TestAccount;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user and an operator see of sessions, and what becomes of one that they end. */
@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
@SuppressWarnings("NullAway.Init") // set before each test
class RestSessionsTest {
    private static final Duration A_FEW_SECONDS = Duration.ofSeconds(10);

    @TestHTTPResource("/")
    URI server;

    @Inject
    SessionDirectory directory;

    @Inject
    Pool pool;

    @Inject
    MeterRegistry metrics;

    private TestAccount alice;

    @BeforeEach
    void register() {
        alice = TestAccount.registers(server, "alice");
    }

    @Test
    void listsOwnSessionsAndNoSecrets() {
        try (var phone = ChatClient.connects(server);
                var laptop = ChatClient.connects(server);
                var other = TestAccount.registers(server, "bob").connects(server)) {
            var lost = hello(laptop, "laptop");
            var kept = hello(phone, "phone");
            laptop.vanishes();
            await().until(() -> connected(lost).equals(List.of(false)));
            assertThat(other.isOpen()).isTrue();

            var answer = list(alice.token());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
            RestContract.served().holdsFor("get", "/api/sessions", answer);
            List<Map<String, Object>> sessions = answer.jsonPath().getList("sessions");
            assertThat(sessions).hasSize(2);
            assertThat(sessions.getFirst())
                    .containsEntry("id", session(kept))
                    .containsEntry("device", "phone 1")
                    .containsEntry("connected", true)
                    .containsEntry("node", kept.at("/server/node").asText())
                    .containsOnlyKeys("id", "device", "created_at", "last_seen_at", "expires_at", "connected", "node");
            assertThat(sessions.getLast())
                    .containsEntry("id", session(lost))
                    .containsEntry("connected", false)
                    .doesNotContainKey("node");
            var expires = Instant.parse(answer.jsonPath().getString("sessions[0].expires_at"));
            assertThat(expires).isAfter(Instant.now().plus(Duration.ofDays(29)));
        }
    }

    @Test
    void endsSessionThatItsUserRevokes() {
        try (var phone = ChatClient.connects(server);
                var laptop = ChatClient.connects(server)) {
            var welcome = hello(phone, "phone");
            hello(laptop, "laptop");

            var revoked = revoke(alice.token(), session(welcome));

            assertThat(revoked.statusCode()).isEqualTo(204);
            assertThat(phone.hears("bye").toString()).isEqualTo("""
                    {"type":"bye","code":4510,"reason":"the session was ended","reconnect":false}""");
            assertThat(phone.closeCode()).isEqualTo(4510);
            assertThat(list(alice.token()).jsonPath().getList("sessions.device"))
                    .isEqualTo(List.of("laptop 1"));
            isNotResumed(welcome);
            assertThat(laptop.isOpen()).isTrue();
            assertThat(revoke(alice.token(), session(welcome)).statusCode())
                    .as("repeated, as after a lost answer")
                    .isEqualTo(204);
        }
    }

    @Test
    void tellsNothingOfSessionsThatAreNotOnesOwn() {
        try (var hers = ChatClient.connects(server)) {
            var welcome = hello(hers, "phone");
            var mallory = TestAccount.registers(server, "mallory");

            var foreign = revoke(mallory.token(), session(welcome));
            var unknown = revoke(mallory.token(), UUID.randomUUID().toString());
            var nonsense = revoke(mallory.token(), "nonsense");

            assertThat(List.of(foreign, unknown, nonsense)).allSatisfy(answer -> {
                assertThat(answer.statusCode()).isEqualTo(404);
                assertThat(answer.jsonPath().getString("code")).isEqualTo("not_found");
                assertThat(answer.asString()).isEqualTo(unknown.asString());
            });
            RestContract.served().holdsFor("delete", "/api/sessions/{id}", foreign);
            assertThat(connected(welcome)).containsExactly(true);

            revoke(alice.token(), session(welcome));
            assertThat(revoke(mallory.token(), session(welcome)).asString())
                    .as("after its end")
                    .isEqualTo(unknown.asString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Bearer x.y.z", "Basic YTpi"})
    void refusesWhoIsNotSignedIn(String authorization) {
        var request = authorization.isEmpty() ? given() : given().header("Authorization", authorization);
        var listed = request.get("/api/sessions");
        var revoked = request.delete("/api/sessions/" + UUID.randomUUID());

        assertThat(List.of(listed, revoked)).allSatisfy(answer -> {
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.jsonPath().getString("code")).isEqualTo("unauthorized");
            assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
        });
        RestContract.served().holdsFor("get", "/api/sessions", listed);
    }

    @Test
    void endsConnectionOfSessionThatAnotherNodeRevokedThoughNothingIsStoredForIt() {
        try (var phone = ChatClient.connects(server)) {
            var welcome = hello(phone, "phone");

            sql("""
                    with gone as (delete from active_session where id = $1 returning account_id, id)
                    insert into ended_session (account_id, session_id) select account_id, id from gone""", session(welcome));

            assertThat(phone.hears("bye").path("code").asInt()).isEqualTo(4510);
            assertThat(phone.closeCode()).isEqualTo(4510);
            isNotResumed(welcome);
        }
    }

    @Test
    void endsConnectionOfSessionThatIsGoneAsSoonAsItIsStored() {
        try (var phone = ChatClient.connects(server)) {
            var welcome = hello(phone, "phone");
            var room = phone.asks("{\"type\":\"create_room\",\"cid\":\"r\",\"name\":\"Lobby\"}")
                    .path("room")
                    .asText();
            phone.asks("{\"type\":\"open\",\"room\":\"" + room + "\"}");
            sql("delete from active_session where id = $1", session(welcome));

            phone.says("{\"type\":\"ack\",\"cursors\":{\"" + room + "\":1}}");

            assertThat(phone.closeCode()).isEqualTo(4510);
        }
    }

    @Test
    void doesNotBringBackWhatWasRevokedInTheMomentOfItsReturn() {
        for (int i = 0; i < 20; i++) {
            try (var phone = ChatClient.connects(server);
                    var again = ChatClient.connects(server)) {
                var welcome = hello(phone, "phone");
                again.says(resume(welcome));

                assertThat(revoke(alice.token(), session(welcome)).statusCode()).isEqualTo(204);

                again.waitsUntil(
                        "that it is refused or ended",
                        frames -> frames.stream()
                                .anyMatch(frame -> frame.path("code").asText().matches("session_unknown|4510")));
                isNotResumed(welcome);
            }
        }
    }

    @Test
    void givesOperatorsAllSessionsPageByPageAndEndsAny() {
        try (var one = ChatClient.connects(server);
                var two = ChatClient.connects(server);
                var three = ChatClient.connects(server)) {
            var first = hello(one, "one");
            hello(two, "two");
            hello(three, "three");

            var all = new ArrayList<UUID>();
            var after = SessionDirectory.Place.START;
            for (var page = get(directory.page(after, 2)); !page.isEmpty(); page = get(directory.page(after, 2))) {
                assertThat(page).hasSizeLessThanOrEqualTo(2);
                page.forEach(session -> all.add(session.id()));
                after = new SessionDirectory.Place(
                        page.getLast().account(), page.getLast().id());
            }
            assertThat(all)
                    .doesNotHaveDuplicates()
                    .containsAll(get(directory.of(UUID.fromString(alice.id()))).stream()
                            .map(ListedSession::id)
                            .toList());

            assertThat(get(directory.revoke(UUID.fromString(session(first))))).isTrue();
            assertThat(get(directory.revoke(UUID.randomUUID()))).isFalse();
            assertThat(one.closeCode()).isEqualTo(4510);
            assertThat(get(directory.revokeAll(UUID.fromString(alice.id())))).isEqualTo(2);
            assertThat(two.closeCode()).isEqualTo(4510);
            assertThat(three.closeCode()).isEqualTo(4510);
            assertThat(get(directory.of(UUID.fromString(alice.id())))).isEmpty();
        }
    }

    @Test
    void countsWhatBecomesOfSessions() {
        var expected = new HashMap<>(figures());
        try (var phone = ChatClient.connects(server);
                var tablet = ChatClient.connects(server);
                var again = ChatClient.connects(server)) {
            var welcome = hello(phone, "phone");
            hello(tablet, "tablet");
            assertThat(again.asks(resume(welcome)).path("resumed").asBoolean()).isTrue();
            isNotResumed(welcome.<ObjectNode>deepCopy().put("secret", "wrong"));
            tablet.asks("{\"type\":\"logout\"}");
            revoke(alice.token(), session(welcome)).then().statusCode(204);
            assertThat(again.closeCode()).isEqualTo(4510);
        }

        expected.merge("begun", 2.0, Double::sum);
        List.of("resumed", "refused", "logged_out", "revoked").forEach(name -> expected.merge(name, 1.0, Double::sum));
        await().untilAsserted(() -> assertThat(figures()).isEqualTo(expected));
        await().untilAsserted(() -> {
            assertThat(metrics.get("parley.sessions").gauge().value()).isZero();
            assertThat(metrics.get("parley.session.unstored").gauge().value()).isZero();
        });
    }

    private Map<String, Double> figures() {
        return Map.of(
                "begun",
                        metrics.counter("parley.session.begun", "stored", "true")
                                .count(),
                "resumed", metrics.counter("parley.session.resumed").count(),
                "refused",
                        metrics.counter("parley.session.refused", "reason", "unknown")
                                .count(),
                "logged_out", metrics.counter("parley.session.logged_out").count(),
                "revoked", metrics.counter("parley.session.revoked").count());
    }

    private JsonNode hello(ChatClient client, String device) {
        return client.asks("""
                {"type":"hello","token":"%s","client":{"name":"%s","version":"1"}}""".formatted(alice.token(), device));
    }

    private String resume(JsonNode welcome) {
        return """
                {"type":"hello","token":"%s","resume":{"session":"%s","secret":"%s"}}""".formatted(
                        alice.token(), session(welcome), welcome.path("secret").asText());
    }

    private void isNotResumed(JsonNode welcome) {
        try (var again = ChatClient.connects(server)) {
            again.says(resume(welcome));
            assertThat(again.hears("error").path("code").asText()).isEqualTo("session_unknown");
        }
    }

    private List<Boolean> connected(JsonNode welcome) {
        return list(alice.token())
                .jsonPath()
                .getList("sessions.findAll { it.id == '" + session(welcome) + "' }.connected");
    }

    private static String session(JsonNode welcome) {
        return welcome.path("session").asText();
    }

    private static Response list(String token) {
        return given().header("Authorization", "Bearer " + token).get("/api/sessions");
    }

    private static Response revoke(String token, String id) {
        return given().header("Authorization", "bearer " + token).delete("/api/sessions/" + id);
    }

    private void sql(String statement, String id) {
        get(pool.withConnection(
                connection -> connection.preparedQuery(statement).execute(Tuple.of(UUID.fromString(id)))));
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(A_FEW_SECONDS.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
