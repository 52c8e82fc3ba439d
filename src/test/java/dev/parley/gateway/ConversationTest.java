package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.TestAccount;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
class ConversationTest {
    @TestHTTPResource("/")
    URI server;

    @Test
    void bringsWhatOneSaysToTheOther() {
        var alice = TestAccount.registers(server, "alice");
        var bob = TestAccount.registers(server, "bob");
        try (var hers = alice.connects(server);
                var his = bob.connects(server)) {
            var room = hers.asks("""
                    {"type":"create_room","cid":"r","name":"Lobby","visibility":"public"}""").path("room").asText();
            his.asks("""
                    {"type":"join","room":"%s","cid":"j"}""".formatted(room));
            his.asks("""
                    {"type":"open","room":"%s"}""".formatted(room));
            var sent = hers.asks("""
                    {"type":"send","room":"%s","cid":"m","body":"grüße 👋"}""".formatted(room));

            var entry = his.hears("entry");

            assertThat(sent.path("seq").asLong()).isEqualTo(3);
            assertThat(entry.path("seq").asLong()).isEqualTo(3);
            assertThat(entry.path("by").asText()).isEqualTo(alice.id());
            assertThat(entry.path("data").path("body").asText()).isEqualTo("grüße 👋");
        }
    }
}
