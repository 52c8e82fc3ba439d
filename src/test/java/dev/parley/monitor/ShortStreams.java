package dev.parley.monitor;

import dev.parley.testing.EmbeddedPostgresResource;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.List;
import java.util.Map;

/** Streams with bounds that a test can reach. */
public class ShortStreams implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "parley.gateway.handshake-timeout", "1s",
                "parley.ops.stream-queue", "50",
                "parley.ops.stream-subscribers", "2",
                "parley.ops.stream-patience", "1s");
    }

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(EmbeddedPostgresResource.class));
    }
}
