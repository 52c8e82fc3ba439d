package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.testing.ChatClient;
import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.TestAccount;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Text is data: it comes back as it was sent, whatever it means to a database, a browser or a terminal. */
@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
class StrangeTextTest {
    @TestHTTPResource("/")
    URI server;

    private final Queue<String> logged = new ConcurrentLinkedQueue<>();
    private final Handler listener = new Handler() {
        @Override
        public void publish(LogRecord line) {
            if (line.getLevel().intValue() >= Level.INFO.intValue()) {
                logged.add(String.valueOf(line.getMessage()));
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        Logger.getLogger("").addHandler(listener);
    }

    @AfterEach
    void stopListening() {
        Logger.getLogger("").removeHandler(listener);
    }

    @ParameterizedTest
    @MethodSource("texts")
    void comesBackAsItWasSent(String text) {
        try (var alice = TestAccount.registers(server, "alice").connects(server);
                var bob = TestAccount.registers(server, "bob").connects(server)) {
            var room = Chat.ok(alice.asks(
                            frame("create_room", "").replace("NAME", json(text)).replace("CID", json(text))))
                    .path("room")
                    .asText();
            Chat.join(bob, room);
            var opened = Chat.open(bob, room);
            var later = json(text + "!");

            Chat.ok(alice.asks(frame("send", room).replace("BODY", json(text)).replace("CID", later)));

            assertThat(opened.path("name").asText()).isEqualTo(text);
            assertThat(opened.at("/entries/0/data/name").asText()).isEqualTo(text);
            assertThat(opened.at("/entries/0/cid").asText()).isEqualTo(text);
            assertThat(body(bob.hears("entry"))).isEqualTo(text);
            assertThat(body(history(bob, room).at("/entries/2"))).isEqualTo(text);
            assertThat(logged).noneMatch(line -> line.contains(text) || line.contains("\n"));
        }
    }

    static Stream<String> texts() {
        return Stream.of(
                "'; drop table entry; --",
                "\\'; select 1; --",
                "$1 || $$ %s %n {0}",
                "<script>alert(1)</script>",
                "\"}],\"type\":\"bye\"",
                "${jndi:ldap://127.0.0.1/x}",
                "a\r\n2026-01-01 INFO  forged line",
                "\u001B[2J\u001B[31mred\u0007",
                "שלום\u202E olleh \u200F",
                "\uFFFD\uFFFE\uFFFF\uFEFF",
                "e\u0301 is not é",
                "👩‍👩‍👧‍👦🏳️‍🌈",
                "\u2028\u2029\u0085",
                "../../etc/passwd",
                "null",
                "\t \u00A0\u3000 ");
    }

    private static String frame(String type, String room) {
        return switch (type) {
            case "create_room" -> "{\"type\":\"create_room\",\"cid\":CID,\"name\":NAME,\"visibility\":\"public\"}";
            default -> "{\"type\":\"send\",\"room\":\"" + room + "\",\"cid\":CID,\"body\":BODY}";
        };
    }

    private static JsonNode history(ChatClient who, String room) {
        return Chat.ok(who.asks("""
                {"type":"history","room":"%s"}""".formatted(room)));
    }

    private static String body(JsonNode entry) {
        return entry.at("/data/body").asText();
    }

    private static String json(String text) {
        return JsonNodeFactory.instance.textNode(text).toString();
    }
}
