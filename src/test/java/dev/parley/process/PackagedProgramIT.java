package dev.parley.process;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ChatClient;
import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.TestAccount;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import java.net.URI;
import org.junit.jupiter.api.Test;

/**
 * What was built, jar or native executable, once through all that is written and read by reflection: accounts, frames,
 * entries in the database, contracts. Its management port has tests of its own, {@code OpsIT} among them.
 */
@QuarkusIntegrationTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
@SuppressWarnings("NullAway.Init") // injected
class PackagedProgramIT {
    @TestHTTPResource("/")
    URI server;

    @Test
    void holdsAConversationThatIsResumed() {
        var alice = TestAccount.registers(server, "alice");
        var bob = TestAccount.registers(server, "bob");
        try (var hers = ChatClient.connects(server);
                var his = bob.connects(server)) {
            var welcome = hers.asks("""
                    {"type":"hello","token":"%s","client":{"name":"test","version":"1"}}""".formatted(alice.token()));
            assertThat(welcome.at("/server/version").asText()).isNotEmpty();
            assertThat(welcome.at("/limits/body_bytes").asInt()).isPositive();
            var room = hers.asks("""
                    {"type":"create_room","cid":"r","name":"Lobby","visibility":"public"}""").path("room").asText();
            his.asks("""
                    {"type":"join","room":"%s","cid":"j"}""".formatted(room));
            var opened = his.asks("""
                    {"type":"open","room":"%s"}""".formatted(room));
            assertThat(opened.at("/me/role").asText()).isEqualTo("member");
            assertThat(opened.at("/members/0/name").asText()).isNotEmpty();
            assertThat(opened.at("/entries/0/data/visibility").asText()).isEqualTo("public");
            his.says("""
                    {"type":"typing","room":"%s","on":true}""".formatted(room));
            hers.asks("""
                    {"type":"send","room":"%s","cid":"m","body":"grüße 👋"}""".formatted(room));
            assertThat(his.hears("entry").at("/data/body").asText()).isEqualTo("grüße 👋");
            var refused = his.asks("""
                    {"type":"send","room":"%s","cid":"j","body":"other"}""".formatted(room));
            assertThat(refused.path("code").asText()).isEqualTo("cid_conflict");
            assertThat(refused.path("retry").asText()).isEqualTo("never");

            try (var again = ChatClient.connects(server)) {
                var resumed =
                        again.asks("""
                        {"type":"hello","token":"%s","resume":{"session":%s,"secret":%s,"rooms":{"%s":1}}}""".formatted(alice.token(), welcome.path("session"), welcome.path("secret"), room));
                assertThat(resumed.path("resumed").asBoolean()).isTrue();
                assertThat(again.hears("entries").at("/entries/1/data/body").asText())
                        .isEqualTo("grüße 👋");
            }
        }
    }

    @Test
    void refusesABadRequestInTheFormThatWasPromised() {
        given().contentType("application/json")
                .body("{\"name\":\"x\",\"password\":\"short\"}")
                .post(server.resolve("/api/accounts"))
                .then()
                .statusCode(400)
                .contentType("application/problem+json");
        given().get(server.resolve("/api/asyncapi?format=json")).then().statusCode(200);
        given().get(server.resolve("/api/openapi")).then().statusCode(200);
    }
}
