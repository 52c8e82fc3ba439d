package dev.parley.process;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.database.EmbeddedPostgres;
import dev.parley.testing.ChatClient;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.TestAccount;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes on one database: what one does to sessions, or suffers, the other shows. */
@SuppressWarnings("NullAway.Init") // set before each test
class SessionsOnTwoNodesIT {
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration DEAD_AFTER = Duration.ofSeconds(3);
    /** What a busy machine may add. */
    private static final Duration SLACK = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    private EmbeddedPostgres postgres;
    private ParleyProcess one;
    private ParleyProcess two;

    @BeforeEach
    void start() throws IOException, NoSuchAlgorithmException {
        postgres = EmbeddedPostgres.in(Files.createDirectory(directory.resolve("database")))
                .start();
        Files.writeString(directory.resolve("key.pem"), key());
        one = starts("one");
        two = starts("two");
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
        postgres.close();
    }

    @Test
    void leavesNoGhostsOfNodeThatWasKilledAndLiveSessionsComeBackFromRestart() throws SQLException {
        var alice = TestAccount.registers(one.baseUri(), "alice");
        JsonNode phone;
        JsonNode tablet;
        JsonNode laptop;
        JsonNode old;
        try (var onPhone = ChatClient.connects(one.baseUri());
                var onTablet = ChatClient.connects(one.baseUri());
                var onLaptop = ChatClient.connects(two.baseUri());
                var onOld = ChatClient.connects(one.baseUri())) {
            phone = hello(onPhone, alice);
            tablet = hello(onTablet, alice);
            laptop = hello(onLaptop, alice);
            old = hello(onOld, alice);
            onTablet.vanishes();
            onOld.vanishes();
            var all = Map.of(id(phone), true, id(laptop), true, id(tablet), false, id(old), false);
            await("two who left").until(() -> connected(two, alice).equals(all));

            one.kill9();

            var survivors = Map.of(id(phone), false, id(laptop), true, id(tablet), false, id(old), false);
            await("nobody shown on the node that was killed")
                    .atMost(DEAD_AFTER.plus(HEARTBEAT).plus(SLACK))
                    .until(() -> connected(two, alice).equals(survivors));
            assertThat(onLaptop.isOpen()).isTrue();
        }
        two.kill9();
        expire(old);
        one = starts("one");
        two = starts("two");
        try (var onPhone = ChatClient.connects(two.baseUri());
                var onTablet = ChatClient.connects(one.baseUri());
                var onLaptop = ChatClient.connects(one.baseUri());
                var onOld = ChatClient.connects(one.baseUri())) {
            assertThat(resume(onOld, alice, old).path("code").asText()).isEqualTo("session_unknown");
            comesBack(onPhone, alice, phone);
            comesBack(onTablet, alice, tablet);
            comesBack(onLaptop, alice, laptop);
            assertThat(connected(two, alice)).isEqualTo(Map.of(id(phone), true, id(laptop), true, id(tablet), true));
            await("cleanup").until(() -> rows() == 3);
        }
    }

    @Test
    void endsConnectionOnOneThatIsRevokedOnTheOther() {
        var alice = TestAccount.registers(one.baseUri(), "alice");
        JsonNode welcome;
        try (var phone = ChatClient.connects(one.baseUri())) {
            welcome = hello(phone, alice);

            given().header("Authorization", "Bearer " + alice.token())
                    .delete(two.baseUri().resolve("/api/sessions/" + id(welcome)))
                    .then()
                    .statusCode(204);

            assertThat(phone.hears("bye").path("code").asInt()).isEqualTo(4510);
            assertThat(phone.closeCode()).isEqualTo(4510);
        }
        // Only now: a busy machine may take longer for all this than a connection may take to say hello.
        try (var again = ChatClient.connects(one.baseUri())) {
            assertThat(resume(again, alice, welcome).path("code").asText()).isEqualTo("session_unknown");
        }
    }

    private ParleyProcess starts(String name) {
        try {
            var url = postgres.url();
            var environment = Map.of(
                    "DB_URL", "postgresql://%s:%d/%s".formatted(url.host(), url.port(), url.database()),
                    "DB_USER", url.user(),
                    "DB_PASSWORD", url.password().orElse(""),
                    "PARLEY_ACCOUNT_SIGNING_KEY",
                            directory.resolve("key.pem").toAbsolutePath().toString(),
                    "PARLEY_CLUSTER_HEARTBEAT_INTERVAL", HEARTBEAT.toSeconds() + "s",
                    "PARLEY_CLUSTER_DEAD_AFTER", DEAD_AFTER.toSeconds() + "s",
                    "PARLEY_SESSION_CLEANUP_INTERVAL", "1s");
            return ParleyProcess.start(Files.createDirectories(directory.resolve(name)), environment);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String key() throws NoSuchAlgorithmException {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
                .formatted(Base64.getMimeEncoder()
                        .encodeToString(generator.generateKeyPair().getPrivate().getEncoded()));
    }

    private static JsonNode hello(ChatClient client, TestAccount account) {
        return client.asks("{\"type\":\"hello\",\"token\":\"" + account.token() + "\"}");
    }

    private static JsonNode resume(ChatClient client, TestAccount account, JsonNode welcome) {
        return client.asks("""
                {"type":"hello","token":"%s","resume":{"session":"%s","secret":"%s"}}""".formatted(
                        account.token(), id(welcome), welcome.path("secret").asText()));
    }

    private static void comesBack(ChatClient client, TestAccount account, JsonNode welcome) {
        var resumed = resume(client, account, welcome);
        assertThat(resumed.path("resumed").asBoolean()).as(resumed.toString()).isTrue();
        assertThat(id(resumed)).isEqualTo(id(welcome));
        assertThat(resumed.path("generation").asLong()).isEqualTo(2);
    }

    private static Map<String, Boolean> connected(ParleyProcess node, TestAccount account) {
        var sessions = new HashMap<String, Boolean>();
        given().header("Authorization", "Bearer " + account.token())
                .get(URI.create(node.baseUri() + "/api/sessions"))
                .jsonPath()
                .<Map<String, Object>>getList("sessions")
                .forEach(session ->
                        sessions.put(String.valueOf(session.get("id")), Boolean.TRUE.equals(session.get("connected"))));
        return sessions;
    }

    private static String id(JsonNode welcome) {
        return welcome.path("session").asText();
    }

    private void expire(JsonNode welcome) throws SQLException {
        try (var connection = connects();
                var sql = connection.prepareStatement(
                        "update active_session set expires_at = now() - interval '1 s' where id = ?::uuid")) {
            sql.setString(1, id(welcome));
            assertThat(sql.executeUpdate()).isEqualTo(1);
        }
    }

    private int rows() throws SQLException {
        try (var connection = connects();
                var sql = connection.createStatement();
                var rows = sql.executeQuery("select count(*) from active_session")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private Connection connects() throws SQLException {
        var url = postgres.url();
        return DriverManager.getConnection(
                "jdbc:postgresql://%s:%d/%s".formatted(url.host(), url.port(), url.database()),
                url.user(),
                url.password().orElse(""));
    }
}
