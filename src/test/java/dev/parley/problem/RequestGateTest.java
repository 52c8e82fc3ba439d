package dev.parley.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.EmbeddedPostgresResource;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a stop waits for. How it refuses the others is seen in {@code StopWhileSigningUpIT}. */
@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
@SuppressWarnings("NullAway.Init") // injected
class RequestGateTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TestHTTPResource("/")
    URI server;

    @Inject
    RequestGate gate;

    @Test
    void knowsRequestUntilItIsAnswered() throws IOException {
        int before = gate.open();
        try (var client = new Socket(server.getHost(), server.getPort())) {
            begins(client);
            await("it is open").atMost(LIMIT).until(() -> gate.open() == before + 1);

            says(client, "{}");

            var answer = new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII);
            assertThat(new BufferedReader(answer).readLine()).startsWith("HTTP/1.1 400");
            await("it is not any more").atMost(LIMIT).until(() -> gate.open() == before);
        }
    }

    @Test
    void forgetsRequestWhoseClientHasGone() throws IOException {
        int before = gate.open();
        try (var client = new Socket(server.getHost(), server.getPort())) {
            begins(client);
            await("it is open").atMost(LIMIT).until(() -> gate.open() == before + 1);
        }
        await("it is not any more").atMost(LIMIT).until(() -> gate.open() == before);
    }

    private static void begins(Socket client) throws IOException {
        says(
                client,
                "POST /api/tokens HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n");
    }

    private static void says(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
