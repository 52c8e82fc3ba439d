package dev.parley.gateway;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** The edge alone: no database, and time limits that a test can wait for. */
public class EdgeProfile implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.ofEntries(
                Map.entry("quarkus.datasource.active", "false"),
                Map.entry("quarkus.datasource.reactive.active", "false"),
                Map.entry("quarkus.flyway.active", "false"),
                Map.entry("quarkus.datasource.devservices.enabled", "false"),
                Map.entry("quarkus.http.test-port", "0"),
                Map.entry("parley.gateway.allowed-origins", "https://chat.example.org,http://localhost:3000"),
                Map.entry("parley.gateway.max-connections-per-address", "40"),
                Map.entry("parley.gateway.handshake-timeout", "1s"),
                Map.entry("parley.gateway.message-timeout", "1s"),
                Map.entry("parley.gateway.close-timeout", "1s"));
    }
}
