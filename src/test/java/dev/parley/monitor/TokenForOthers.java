package dev.parley.monitor;

import dev.parley.testing.EmbeddedPostgresResource;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.List;
import java.util.Map;

/** A management port that others than this machine reach, and a token for them. */
public class TokenForOthers implements QuarkusTestProfile {
    static final String TOKEN = "a-token-of-a-test";

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of("quarkus.management.host", "0.0.0.0", "parley.ops.token", TOKEN);
    }

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(EmbeddedPostgresResource.class));
    }
}
