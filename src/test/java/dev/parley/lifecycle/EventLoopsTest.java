package dev.parley.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventLoopsTest {
    private static final String KEY = "quarkus.vertx.event-loops-pool-size";

    private final SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder();

    @Test
    void areHalfAsManyAsCoresAndAtLeastOne() {
        new EventLoops().configBuilder(builder);

        assertThat(builder.build().getValue(KEY, Integer.class))
                .isEqualTo(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    }

    @Test
    void areAsManyAsTheOperatorSays() {
        new EventLoops().configBuilder(builder);
        builder.withSources(new PropertiesConfigSource(Map.of(KEY, "5"), "given", 100));

        assertThat(builder.build().getValue(KEY, Integer.class)).isEqualTo(5);
    }
}
