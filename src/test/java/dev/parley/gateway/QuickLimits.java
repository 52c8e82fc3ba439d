package dev.parley.gateway;

import dev.parley.testing.EmbeddedPostgresResource;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.List;
import java.util.Map;

/** Limits on what only a fault of ours makes slow, short enough to wait for. */
public class QuickLimits implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "parley.connection.command-limit", "1s",
                "parley.connection.loop-limit", "1s",
                "parley.connection.ping-interval", "1s");
    }

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(EmbeddedPostgresResource.class));
    }
}
