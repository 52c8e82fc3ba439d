package dev.parley.session;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.ChatClient;
import dev.parley.testing.FaultyDatabaseResource;
import dev.parley.testing.FaultyDatabaseResource.FaultyDatabase;
import dev.parley.testing.RestContract;
import dev.parley.testing.TestAccount;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What holds of sessions while the database is away, and after it. */
@QuarkusTest
@TestProfile(SessionsWhileAwayTest.Impatient.class)
@WithTestResource(FaultyDatabaseResource.class)
@SuppressWarnings("NullAway.Init") // by the test resource, and before each test
class SessionsWhileAwayTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** Times that a test can wait for. */
    public static final class Impatient implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "parley.session.statement-limit", "1s",
                    "parley.session.per-account", "2",
                    "parley.session.unstored", "3",
                    "parley.cluster.heartbeat-interval", "1s",
                    "parley.database.connect-timeout", "1s");
        }
    }

    @TestHTTPResource("/")
    URI server;

    @TestHTTPResource(value = "/health/ready", management = true)
    URI readiness;

    FaultyDatabase database;

    private TestAccount alice;

    @BeforeEach
    void register() {
        comesBack();
        alice = TestAccount.registers(server, "alice");
    }

    @AfterEach
    void heal() {
        comesBack();
    }

    @Test
    void canNeitherBeListedNorRevoked() {
        try (var phone = ChatClient.connects(server)) {
            var welcome = hello(phone);
            database.wire().refuses();

            var listed = signedIn().get("/api/sessions");
            var revoked = signedIn().delete("/api/sessions/" + session(welcome));

            assertThat(List.of(listed, revoked)).allSatisfy(answer -> {
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.jsonPath().getString("code")).isEqualTo("unavailable");
                assertThat(answer.header("Retry-After")).isNotBlank();
            });
            assertThat(phone.isOpen()).isTrue();
            comesBack();
            RestContract.served().holdsFor("get", "/api/sessions", listed);
            RestContract.served().holdsFor("delete", "/api/sessions/{id}", revoked);
        }
    }

    @Test
    void areNotResumedFromMemoryOnceTheyWereRevoked() {
        try (var phone = ChatClient.connects(server);
                var again = ChatClient.connects(server)) {
            var welcome = hello(phone);
            signedIn().delete("/api/sessions/" + session(welcome)).then().statusCode(204);
            assertThat(phone.closeCode()).isEqualTo(4510);
            database.wire().refuses();

            assertThat(resume(again, welcome).path("code").asText()).isEqualTo("session_unknown");
        }
    }

    @Test
    void endAsSoonAsItIsBackThatWereRevokedElsewhereMeanwhile() throws SQLException {
        try (var phone = ChatClient.connects(server)) {
            var welcome = hello(phone);
            database.wire().refuses();
            sql("""
                    with gone as (delete from active_session where id = '%s' returning account_id, id)
                    insert into ended_session (account_id, session_id) select account_id, id from gone""".formatted(session(welcome)));

            signedIn().get("/api/sessions").then().statusCode(503);
            assertThat(phone.isOpen()).isTrue();

            comesBack();

            assertThat(phone.closeCode()).isEqualTo(4510);
        }
    }

    @Test
    void areMoreThanTheLimitUntilTheNextNewOne() {
        try (var one = ChatClient.connects(server);
                var two = ChatClient.connects(server);
                var three = ChatClient.connects(server);
                var four = ChatClient.connects(server)) {
            database.wire().refuses();
            hello(one);
            hello(two);
            hello(three);
            comesBack();
            await("that all are stored").atMost(LIMIT).until(() -> connected().size() == 3);
            one.vanishes();
            two.vanishes();
            three.vanishes();
            await("that nobody is connected")
                    .atMost(LIMIT)
                    .until(() -> connected().equals(List.of(false, false, false)));

            assertThat(hello(four).path("type").asText()).isEqualTo("welcome");

            assertThat(connected()).containsExactly(true, false);
        }
    }

    @Test
    void areBegunUpToTheirBoundAndTheNextIsToldWhenToTryAgain() {
        try (var one = ChatClient.connects(server);
                var two = ChatClient.connects(server);
                var three = ChatClient.connects(server);
                var four = ChatClient.connects(server);
                var again = ChatClient.connects(server)) {
            var bob = TestAccount.registers(server, "bob");
            database.wire().refuses();
            var first = hello(one);
            hello(two);
            hello(three);

            var refused = hello(four, bob);

            assertThat(refused.path("code").asText()).isEqualTo("unavailable");
            assertThat(refused.path("retry").asText()).isEqualTo("after");
            assertThat(refused.path("retry_after_ms").asLong()).isPositive();
            assertThat(resume(again, first).path("resumed").asBoolean())
                    .as("who has one comes back")
                    .isTrue();
            comesBack();
            await("that who has one loses nothing")
                    .atMost(LIMIT)
                    .until(() -> connected().equals(List.of(true, true, true)));
            assertThat(hello(four, bob).path("type").asText()).isEqualTo("welcome");
        }
    }

    @Test
    void areShownAsConnectedAgainWhenTheirNodeWasTakenForDead() throws SQLException {
        try (var phone = ChatClient.connects(server)) {
            hello(phone);
            await().atMost(LIMIT).until(() -> connected().equals(List.of(true)));

            sql("delete from node");
            sql("update active_session set node_id = null");

            await().atMost(LIMIT).until(() -> connected().equals(List.of(true)));
            assertThat(phone.isOpen()).isTrue();
        }
    }

    @Test
    void areNotLeftOnNodeThatIsNotThere() throws SQLException {
        try (var phone = ChatClient.connects(server)) {
            var welcome = hello(phone);
            phone.vanishes();
            await().atMost(LIMIT).until(() -> connected().equals(List.of(false)));

            sql("update active_session set node_id = gen_random_uuid(), last_seen_at = now() - interval '1 min'"
                    + " where id = '" + session(welcome) + "'");

            await().atMost(LIMIT).until(() -> connected().equals(List.of(false)));
        }
    }

    private void comesBack() {
        database.wire().passes();
        await("readiness").atMost(LIMIT).until(() -> RestAssured.get(readiness).statusCode() == 200);
    }

    private JsonNode hello(ChatClient client) {
        return hello(client, alice);
    }

    private static JsonNode hello(ChatClient client, TestAccount account) {
        return client.asks("{\"type\":\"hello\",\"token\":\"" + account.token() + "\"}");
    }

    private JsonNode resume(ChatClient client, JsonNode welcome) {
        return client.asks("""
                {"type":"hello","token":"%s","resume":{"session":"%s","secret":"%s"}}""".formatted(
                        alice.token(), session(welcome), welcome.path("secret").asText()));
    }

    private List<Boolean> connected() {
        var answer = signedIn().get("/api/sessions");
        return answer.statusCode() == 200 ? answer.jsonPath().getList("sessions.connected") : List.of();
    }

    private RequestSpecification signedIn() {
        return given().header("Authorization", "Bearer " + alice.token());
    }

    private void sql(String statement) throws SQLException {
        try (var connection = database.connects();
                var sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    private static String session(JsonNode welcome) {
        return welcome.path("session").asText();
    }
}
