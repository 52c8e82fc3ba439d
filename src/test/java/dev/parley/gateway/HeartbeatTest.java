package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ChatClient;
import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.TestAccount;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(HeartbeatTest.TwoSeconds.class)
@SuppressWarnings("NullAway.Init") // injected
class HeartbeatTest {
    private static final int CLIENTS = 40;

    public static final class TwoSeconds implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("parley.connection.ping-interval", "2s");
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(EmbeddedPostgresResource.class));
        }
    }

    @TestHTTPResource("/")
    URI server;

    @Test
    void pingsEachConnectionOnceInAnInterval() {
        var alice = TestAccount.registers(server, "alice");
        var clients =
                Stream.generate(() -> alice.connects(server)).limit(CLIENTS).toList();
        try {
            for (var client : clients) {
                long first = ping(client);
                assertThat(ping(client)).isEqualTo(first + 1);
                assertThat(ping(client)).isEqualTo(first + 2);
            }
        } finally {
            clients.forEach(ChatClient::close);
        }
    }

    private static long ping(ChatClient client) {
        return client.hears("ping").path("n").asLong();
    }
}
