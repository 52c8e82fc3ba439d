package dev.parley.gateway;

import static org.awaitility.Awaitility.await;

import dev.parley.testing.ChatClient;
import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.TestAccount;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The end of a connection does not wait for what is still asked: at a stop nothing would be there any more to serve it. */
@QuarkusTest
@TestProfile(EndedConnectionTest.Patient.class)
@SuppressWarnings("NullAway.Init") // injected
class EndedConnectionTest {
    public static final class Patient implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            // Longer than a test waits.
            return Map.of("parley.connection.command-limit", "10m");
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(EmbeddedPostgresResource.class));
        }
    }

    @TestHTTPResource("/")
    URI server;

    @Inject
    Admission admission;

    @Inject
    DrainedSockets sockets;

    @Inject
    MeterRegistry metrics;

    @Test
    void comesThoughItsHelloIsNotAnswered() {
        var account = TestAccount.registers(server, "alice");
        int held = 0;
        while (admission.enterIfFree()) {
            held++;
        }
        try (var client = ChatClient.connects(server)) {
            client.asksLater("{\"type\":\"hello\",\"token\":\"" + account.token() + "\"}");
            client.asksLater("{\"type\":\"ping\"}");
            await("the hello waits").until(() -> waiting() == 1);

            sockets.end();

            await("the socket is closed").until(() -> sockets.open() == 0);
            await("nobody waits").until(() -> waiting() == 0);
            await("no command is left").until(() -> sockets.commands() == 0);
        } finally {
            for (; held > 0; held--) {
                admission.leave();
            }
        }
    }

    private double waiting() {
        return metrics.get("parley.admission.waiting").gauge().value();
    }
}
