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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
class ManyRoomsTest {
    private static final int ROOMS = 100;

    @TestHTTPResource("/")
    URI server;

    @Test
    void resumesThemAll() {
        var token = TestAccount.registers(server, "alice").token();
        var rooms = new ArrayList<String>();
        JsonNode welcome;
        try (var alice = ChatClient.connects(server)) {
            welcome = alice.asks("{\"type\":\"hello\",\"token\":\"" + token + "\"}");
            for (int i = 0; i < ROOMS; i++) {
                rooms.add(alice.asks("{\"type\":\"create_room\",\"cid\":\"r%d\",\"name\":\"Room\"}".formatted(i))
                        .path("room")
                        .asText());
            }
        }
        var since = rooms.stream().map("\"%s\":0"::formatted).collect(Collectors.joining(","));
        try (var alice = ChatClient.connects(server)) {
            alice.asks("""
                    {"type":"hello","token":"%s","resume":{"session":"%s","secret":"%s","rooms":{%s}}}""".formatted(
                            token,
                            welcome.path("session").asText(),
                            welcome.path("secret").asText(),
                            since));

            var read = new HashSet<String>();
            var caughtUp = new HashSet<String>();
            for (int i = 0; i < ROOMS; i++) {
                read.add(alice.hears("entries").path("room").asText());
                caughtUp.add(alice.hears("caught_up").path("room").asText());
            }

            assertThat(read).containsExactlyInAnyOrderElementsOf(rooms);
            assertThat(caughtUp).containsExactlyInAnyOrderElementsOf(rooms);
        }
    }
}
