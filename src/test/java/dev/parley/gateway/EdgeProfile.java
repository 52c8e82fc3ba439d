package dev.parley.gateway;

import dev.parley.testing.EmbeddedPostgresResource;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.List;
import java.util.Map;

/** The edge with limits that a test can wait for. */
public class EdgeProfile implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.ofEntries(
                Map.entry("parley.gateway.allowed-origins", "https://chat.example.org,http://localhost:3000"),
                Map.entry("parley.gateway.max-connections-per-address", "40"),
                Map.entry("parley.gateway.handshake-timeout", "1s"),
                Map.entry("parley.gateway.message-timeout", "1s"),
                Map.entry("parley.gateway.close-timeout", "1s"));
    }

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(EmbeddedPostgresResource.class));
    }
}
