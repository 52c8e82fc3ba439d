package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ChatClient;
import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.TestAccount;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
class GapTest {
    @TestHTTPResource("/")
    URI server;

    @Inject
    Pool pool;

    private String token = "";
    private String room = "";

    @BeforeEach
    void roomHasLostItsFirstFiveEntries() throws Exception {
        token = TestAccount.registers(server, "alice").token();
        try (var alice = ChatClient.greets(server, token)) {
            room = alice.asks("""
                    {"type":"create_room","cid":"r","name":"Old"}""").path("room").asText();
            for (int i = 2; i <= 8; i++) {
                alice.asks("""
                        {"type":"send","room":"%s","cid":"m%d","body":"x"}""".formatted(room, i));
            }
        }
        run("delete from entry where room_id = $1 and seq <= 5");
        run("update room set floor_seq = 6 where id = $1");
    }

    @Test
    void announcesWhatOpenCannotShow() {
        try (var alice = ChatClient.greets(server, token)) {
            var opened = alice.asks("""
                    {"type":"open","room":"%s","since":2}""".formatted(room));
            var gap = alice.hears("gap");

            assertThat(opened.path("floor").asLong()).isEqualTo(6);
            assertThat(opened.path("entries").path(0).path("seq").asLong()).isEqualTo(6);
            assertThat(gap.toString()).isEqualTo("""
                    {"type":"gap","room":"%s","from":3,"to":5,"reason":"expired"}""".formatted(room));
        }
    }

    @Test
    void announcesWhatResumeCannotShow() {
        var first = ChatClient.connects(server);
        var welcome = first.asks("{\"type\":\"hello\",\"token\":\"" + token + "\"}");
        first.vanishes();
        try (var alice = ChatClient.connects(server)) {
            alice.asks("""
                    {"type":"hello","token":"%s","resume":{"session":"%s","secret":"%s","rooms":{"%s":2}}}""".formatted(
                            token,
                            welcome.path("session").asText(),
                            welcome.path("secret").asText(),
                            room));

            assertThat(alice.hears("gap").path("to").asLong()).isEqualTo(5);
            assertThat(alice.hears("entries").path("from").asLong()).isEqualTo(6);
            alice.hears("caught_up");
        }
    }

    private void run(String sql) throws Exception {
        pool.withConnection(connection -> connection.preparedQuery(sql).execute(Tuple.of(UUID.fromString(room))))
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }
}
