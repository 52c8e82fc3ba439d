package dev.parley.cluster;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.event.EventHistory;
import dev.parley.task.TaskManager;
import dev.parley.testing.ChatClient;
import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.OtherNode;
import dev.parley.testing.TestAccount;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What this node tells another one, and what it makes of what it hears. */
@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
@SuppressWarnings("NullAway.Init") // set before each test
class WakeupsTest {
    private static final int WORDS = 300;

    @TestHTTPResource("/")
    URI server;

    @Inject
    Node node;

    @Inject
    TaskManager tasks;

    @Inject
    EventHistory events;

    @Inject
    MeterRegistry metrics;

    private OtherNode other;
    private TestAccount alice;
    private ChatClient phone;
    private String room;

    @BeforeEach
    void meet() {
        other = OtherNode.joins();
        await("the other node is known").until(() -> !node.isAlone());
        alice = TestAccount.registers(server, "alice");
        phone = alice.connects(server);
        room = phone.asks("{\"type\":\"create_room\",\"cid\":\"r\",\"name\":\"Lobby\",\"visibility\":\"public\"}")
                .path("room")
                .asText();
        phone.asks("{\"type\":\"open\",\"room\":\"" + room + "\"}");
    }

    @AfterEach
    void part() {
        phone.close();
        other.close();
    }

    @Test
    void tellsHowFarRoomsHaveGrownInFewWords() {
        for (int i = 0; i < WORDS; i++) {
            phone.asksLater(send("c" + i));
        }

        other.hears(text -> text.contains("g:%s:%d".formatted(room, WORDS + 1)));

        var told = other.heard().stream().filter(text -> text.contains(room)).toList();
        assertThat(told)
                .allMatch(text -> text.startsWith("1 " + node.id() + " "))
                .hasSizeLessThan(WORDS / 3);
    }

    @Test
    void tellsWhoTypesAndWhichSessionsCameBackOrWereEnded() {
        phone.says("{\"type\":\"typing\",\"room\":\"" + room + "\",\"on\":true}");

        other.hears(text -> text.contains("t:%s:%s:on".formatted(room, alice.id())));

        try (var tablet = ChatClient.connects(server);
                var again = ChatClient.connects(server)) {
            var welcome = tablet.asks("{\"type\":\"hello\",\"token\":\"" + alice.token() + "\"}");
            var session = welcome.path("session").asText();
            again.asks("{\"type\":\"hello\",\"token\":\"%s\",\"resume\":{\"session\":\"%s\",\"secret\":\"%s\"}}"
                    .formatted(alice.token(), session, welcome.path("secret").asText()));

            other.hears(text -> text.contains("a:%s:2".formatted(session)));

            given().header("Authorization", "Bearer " + alice.token())
                    .delete(server.resolve("/api/sessions/" + session))
                    .then()
                    .statusCode(204);

            other.hears(text -> text.matches(".* ended( .*)?"));
        }
    }

    @Test
    void passesNothingOnThatItHeard() {
        long seq = other.writes(room, alice.id(), "hello");
        var typist = UUID.randomUUID();

        other.tells("g:%s:%d t:%s:%s:on ended".formatted(room, seq, room, typist));

        phone.hears("typing");
        phone.hears("an entry of the other node", frame -> frame.path("seq").asLong() == seq || frame.has("entries"));
        phone.asks(send("c"));
        other.hears(text -> text.contains("g:%s:%d".formatted(room, seq + 1)));
        assertThat(other.heard())
                .noneMatch(text -> text.contains("g:%s:%d".formatted(room, seq)))
                .noneMatch(text -> text.contains(typist.toString()))
                .noneMatch(text -> text.matches(".* ended( .*)?"));
    }

    @Test
    void hearsNothingOfWhatItToldItself() {
        double received = counted("received");

        phone.asks(send("c"));
        other.hears(text -> text.contains("g:%s:2".formatted(room)));
        other.tells("here");

        await("what came after it").until(() -> counted("received") > received);
        assertThat(counted("received")).isEqualTo(received + 1);
    }

    @Test
    void countsWhatItDoesNotUnderstandAndGoesOn() {
        double ignored = counted("ignored");
        double received = counted("received");

        other.sends("");
        other.sends("what is this?");
        other.tells("g:nothing:1 here tomorrow:" + room);

        await("all three").until(() -> counted("ignored") == ignored + 4);
        assertThat(counted("received")).isEqualTo(received + 1);
    }

    @Test
    void saysThatItIsHereAndWhatItMissedToTellWhenItWasCutOff() {
        long changes = changes();

        other.does("""
                select pg_terminate_backend(pid) from pg_stat_activity
                 where application_name = 'parley wake-ups' and datname = current_database()""");
        await("it has noticed").until(() -> changes() > changes);
        phone.asks(send("c"));

        other.hears(text -> text.contains(" here"));
        other.hears(text -> text.contains("g:%s:2".formatted(room)));
        assertThat(listening()).isEqualTo(1);
        assertThat(events.newest(Optional.of("ListeningChanged"), 2))
                .extracting(event -> event.subjects().what())
                .last()
                .isEqualTo("listening");
    }

    @Test
    void isSilentWhileItIsAlone() throws InterruptedException {
        other.does("delete from node where id = ?", other.id());
        await("it is alone").until(node::isAlone);

        phone.asks(send("c"));
        other.does("insert into node (id, version) values (?, 'test')", other.id());
        other.tells("here");
        await("the other node is known again").until(() -> !node.isAlone());
        phone.asks(send("d"));

        other.hears(text -> text.contains("g:%s:3".formatted(room)));
        assertThat(other.heard()).noneMatch(text -> text.contains("g:%s:2".formatted(room)));
    }

    private String send(String cid) {
        return "{\"type\":\"send\",\"room\":\"%s\",\"cid\":\"%s\",\"body\":\"hello\"}".formatted(room, cid);
    }

    private double counted(String direction) {
        return metrics.get("parley.cluster.wakeups")
                .tag("direction", direction)
                .counter()
                .count();
    }

    private double listening() {
        return metrics.get("parley.cluster.listening").gauge().value();
    }

    private long changes() {
        return events.counts().stream()
                .filter(count -> count.type().equals("ListeningChanged"))
                .mapToLong(count -> count.fired())
                .sum();
    }
}
