package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.testing.OpsStream;
import dev.parley.testing.TestSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node is emptied for maintenance, taken back, emptied again, and stopped. */
class DrainIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int RESTART = 1012;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    @Test
    void emptiesTheNodeWhichLivesOnUntilItIsTakenBack() throws Exception {
        try (var scene = new Scene(directory, Map.of());
                var stream = OpsStream.opens(scene.server().managementUri().resolve("/ops/stream?topics=drain"))) {
            var chatter = scene.chatter(6, 2).begins(new Random(), Duration.ofMillis(50));
            chatter.awaitAcks(50);
            assertThat(drain(scene, "GET").path("state").asText()).isEqualTo("serving");

            assertThat(drain(scene, "POST").path("state").asText()).isNotEqualTo("serving");
            var since = drain(scene, "POST").path("since").asText();
            await("an empty node")
                    .atMost(LIMIT)
                    .until(() -> drain(scene, "GET").path("state").asText().equals("drained"));

            assertThat(drain(scene, "POST").path("since").asText()).isEqualTo(since);
            assertThat(scene.server().status("/q/health/ready")).isEqualTo(503);
            assertThat(scene.server().status("/q/health/live")).isEqualTo(200);
            assertThat(draining(scene)).isEqualTo("DOWN drained");
            assertThat(refused(scene)).isEqualTo(Duration.ofSeconds(1));
            await("attempts to come back")
                    .atMost(LIMIT)
                    .until(() -> chatter.clients().stream()
                            .noneMatch(client -> client.partings().isEmpty()));
            assertThat(chatter.clients()).allSatisfy(client -> {
                var parting = client.partings().getFirst();
                assertThat(parting.bye()).isTrue();
                assertThat(parting.code()).isEqualTo(RESTART);
                assertThat(parting.away()).isGreaterThanOrEqualTo(parting.asked());
            });
            assertThat(Metrics.sum(scene.server(), "parley_draining")).isEqualTo(1);

            assertThat(drain(scene, "DELETE").path("state").asText()).isEqualTo("serving");
            assertThat(scene.server().status("/q/health/ready")).isEqualTo(200);
            chatter.awaitAcks(50);
            chatter.stops();
            scene.endsWithEveryPromiseKept();
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(stream.said("drain"))
                            .extracting(view -> view.path("state").asText())
                            .startsWith("serving")
                            .contains("drained")
                            .endsWith("serving"));

            drain(scene, "POST");
            scene.stopsInGoodOrder();
            assertThat(scene.server().log()).contains("Stopping: ").containsOnlyOnce("taken back");
        }
    }

    private static JsonNode drain(Scene scene, String method) throws Exception {
        var request = HttpRequest.newBuilder(scene.server().managementUri().resolve("/ops/drain"))
                .method(method, BodyPublishers.noBody())
                .build();
        var answer = HTTP.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(method.equals("POST") ? 202 : 200);
        return new ObjectMapper().readTree(answer.body());
    }

    /** The status and the state of the check. */
    private static String draining(Scene scene) throws Exception {
        var request = HttpRequest.newBuilder(scene.server().managementUri().resolve("/q/health/ready"))
                .build();
        for (var check : new ObjectMapper()
                .readTree(HTTP.send(request, BodyHandlers.ofString()).body())
                .path("checks")) {
            if (check.path("name").asText().equals("draining")) {
                return check.path("status").asText() + " "
                        + check.at("/data/state").asText();
            }
        }
        return "not there";
    }

    private static Duration refused(Scene scene) throws Exception {
        try (var _ = TestSocket.opens(scene.uri(), 0)) {
            throw new AssertionError("not refused");
        } catch (TestSocket.Refused refused) {
            assertThat(refused).hasMessageContaining(" 503 ");
            return refused.retryAfter();
        }
    }
}
