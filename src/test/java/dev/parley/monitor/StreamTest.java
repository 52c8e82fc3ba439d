package dev.parley.monitor;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.event.Events;
import dev.parley.task.Chore;
import dev.parley.task.TaskManager;
import dev.parley.testing.ChatClient;
import dev.parley.testing.OpsStream;
import dev.parley.testing.TestAccount;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(ShortStreams.class)
class StreamTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int QUEUE = 50;

    @TestHTTPResource(value = "/health", management = true)
    URI management;

    @TestHTTPResource("/")
    URI server;

    @Inject
    Events events;

    @Inject
    TaskManager tasks;

    @Inject
    Streams streams;

    @AfterEach
    void leavesNoStreamBehind() {
        await().atMost(LIMIT).until(() -> streams.count() == 0);
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void tellsOfEventsAsTheyAreRecorded(HttpClient.Version version) {
        try (var stream = OpsStream.opens(at("?topics=events"), version)) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.contentType()).isEqualTo("text/event-stream");

            events.fire(new Happened("one"));
            events.fire(new Happened("two"));

            await().atMost(LIMIT).until(() -> happened(stream).size() == 2);
            assertThat(happened(stream))
                    .extracting(event -> event.at("/subjects/what").asText())
                    .containsExactly("one", "two");
            assertThat(happened(stream).getFirst().fieldNames())
                    .toIterable()
                    .containsExactly("number", "at", "type", "subjects", "thread", "dispatch_nanos");
        }
    }

    @Test
    void showsEachTopicAtOnceAndAgainWhenItHasChanged() {
        try (var stream = OpsStream.opens(at(""))) {
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(stream.said())
                            .extracting(OpsStream.Said::event)
                            .contains("tasks", "pool", "breaker"));
            var task = "test.chore-" + UUID.randomUUID();
            tasks.every(Chore.every(Duration.ofDays(1), task), () -> {});

            await().atMost(LIMIT)
                    .until(() -> stream.said("tasks").getLast().toString().contains(task));
            assertThat(stream.said("breaker")).singleElement().hasToString("{\"state\":\"closed\",\"away_ms\":0}");
        }
    }

    @Test
    void showsOnlyWhatIsAskedFor() {
        try (var stream = OpsStream.opens(at("?topics=events,breaker"))) {
            events.fire(new Happened("last"));

            await().atMost(LIMIT).until(() -> happened(stream).size() == 1);
            assertThat(stream.said()).extracting(OpsStream.Said::event).containsOnly("breaker", "event");
        }
    }

    @Test
    void tellsWhatBecomesOfSessionsAndHoldsNoSecret() {
        var alice = TestAccount.registers(server, "alice");
        try (var stream = OpsStream.opens(at("?topics=sessions"));
                var phone = ChatClient.connects(server);
                var again = ChatClient.connects(server)) {
            events.fire(new Happened("nothing that is told here"));
            var welcome = phone.asks("{\"type\":\"hello\",\"token\":\"" + alice.token() + "\"}");
            var session = welcome.path("session").asText();
            phone.vanishes();
            await().atMost(LIMIT).until(() -> changes(stream).contains("detached"));
            again.asks(
                    """
                    {"type":"hello","token":"%s","resume":{"session":"%s","secret":"%s"}}""".formatted(alice.token(), session, welcome.path("secret").asText()));
            again.says("{\"type\":\"logout\"}");

            await().atMost(LIMIT).until(() -> changes(stream).contains("ended"));

            assertThat(changes(stream)).startsWith("began", "detached", "resumed", "ended");
            assertThat(stream.said()).extracting(OpsStream.Said::event).containsOnly("session");
            assertThat(stream.said("session")).allSatisfy(change -> {
                assertThat(change.path("id").asText()).isEqualTo(session);
                assertThat(change.path("account").asText()).isEqualTo(alice.id());
                assertThat(change.fieldNames()).toIterable().isSubsetOf("at", "account", "id", "change", "cause");
            });
            assertThat(stream.said("session").get(3).path("cause").asText()).isEqualTo("logged_out");
        }
    }

    /** Longer than a request may take to arrive. */
    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void goesOnForAsLongAsTheClientReads(HttpClient.Version version) {
        try (var stream = OpsStream.opens(at("?topics=tasks"), version)) {
            await().atMost(LIMIT)
                    .failFast(() -> assertThat(stream.isOver()).isFalse())
                    .until(() -> stream.said("tasks").size() > 4);
        }
    }

    @Test
    void saysHowManyEventsItDropped() {
        int fired = 5_000;
        try (var stream = OpsStream.opens(at("?topics=events"))) {
            for (int i = 0; i < fired; i++) {
                events.fire(new Happened("much"));
            }

            await().atMost(LIMIT).until(() -> happened(stream).size() + dropped(stream) >= fired);
            assertThat(happened(stream)).hasSizeGreaterThanOrEqualTo(QUEUE);
            assertThat(dropped(stream)).isPositive();
        }
    }

    @Test
    void boundsHowManyWatch() {
        try (var first = OpsStream.opens(at("?topics=breaker"))) {
            try (var second = OpsStream.opens(at("?topics=breaker"))) {
                assertThat(List.of(first.status(), second.status())).containsExactly(200, 200);
                given().get(at("?topics=breaker"))
                        .then()
                        .statusCode(503)
                        .contentType("application/problem+json")
                        .header("Retry-After", "2")
                        .body("code", equalTo("unavailable"));
            }
            await().atMost(LIMIT).until(() -> streams.count() == 1);
            try (var third = OpsStream.opens(at("?topics=breaker"))) {
                assertThat(third.status()).isEqualTo(200);
            }
        }
    }

    @Test
    void cutsOffWhoNeverReadsAndForgetsWhatWasForIt() throws IOException {
        var much = "x".repeat(16 * 1024);
        try (var deaf = new Socket()) {
            deaf.setReceiveBufferSize(4096);
            deaf.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), management.getPort()));
            ask(deaf.getOutputStream());
            await().atMost(LIMIT).until(() -> streams.count() == 1);

            await().atMost(LIMIT).pollInterval(Duration.ofMillis(20)).until(() -> {
                for (int i = 0; i < QUEUE; i++) {
                    events.fire(new Happened(much));
                }
                return streams.count() == 0;
            });

            // What the kernel held is there to be read, and then the end: the connection is no longer the server's.
            deaf.setSoTimeout((int) LIMIT.toMillis());
            assertThat(readsToTheEnd(deaf)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET /ops/stream HTTP/1.1\r\nHost: localhost\r\n", "PRI * HTTP"})
    void waitsNoLongerForARequestThanThePublicPort(String begun) throws IOException {
        try (var slow = new Socket(InetAddress.getLoopbackAddress(), management.getPort())) {
            slow.getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII));

            slow.setSoTimeout((int) LIMIT.toMillis());
            assertThat(readsToTheEnd(slow)).isTrue();
        }
    }

    private static void ask(OutputStream out) throws IOException {
        out.write("GET /ops/stream?topics=events HTTP/1.1\r\nHost: localhost\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean readsToTheEnd(Socket socket) throws IOException {
        var buffer = new byte[64 * 1024];
        try {
            while (socket.getInputStream().read(buffer) >= 0) {
                // on
            }
            return true;
        } catch (SocketTimeoutException _) {
            return false;
        } catch (SocketException _) {
            return true;
        }
    }

    private static List<JsonNode> happened(OpsStream stream) {
        return stream.said("event").stream()
                .filter(event -> event.path("type").asText().equals("Happened"))
                .toList();
    }

    private static List<String> changes(OpsStream stream) {
        return stream.said("session").stream()
                .map(change -> change.path("change").asText())
                .toList();
    }

    private static long dropped(OpsStream stream) {
        return stream.said("dropped").stream()
                .mapToLong(dropped -> dropped.path("events").asLong())
                .sum();
    }

    private URI at(String query) {
        return URI.create("http://localhost:" + management.getPort() + "/ops/stream" + query);
    }
}
