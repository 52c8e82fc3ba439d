package dev.parley.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings that make no sense, each told by its key. */
class SettingsCheckTest {
    @ConfigMapping(prefix = "parley.database")
    interface Some {
        Pool pool();

        Breaker breaker();

        @WithDefault("1s")
        Duration sweepInterval();

        interface Pool {
            @WithDefault("1")
            int max();

            @WithDefault("0")
            int min();

            @WithDefault("5s")
            Duration acquireTimeout();
        }

        interface Breaker {
            @WithDefault("0.5")
            double failureRatio();
        }
    }

    @ConfigMapping(prefix = "somebody.elses")
    interface Foreign {
        @WithDefault("-1")
        int number();
    }

    @Test
    void passesWhatMakesSense() {
        assertThat(read(Some.class, "parley.database.pool.min", "0").pool().min())
                .isZero();
        assertThat(read(Foreign.class, "somebody.elses.number", "-1").number()).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    parley.database.pool.max              | 0     | PARLEY_DATABASE_POOL_MAX) must be more than zero, not 0
                    parley.database.pool.min              | -1    | PARLEY_DATABASE_POOL_MIN) must be zero or more, not -1
                    parley.database.pool.acquire-timeout  | 0s    | PARLEY_DATABASE_POOL_ACQUIRE_TIMEOUT) must be more than zero, not PT0S
                    parley.database.pool.acquire-timeout  | -1s   | PARLEY_DATABASE_POOL_ACQUIRE_TIMEOUT) must be more than zero, not PT-1S
                    parley.database.breaker.failure-ratio | 7     | PARLEY_DATABASE_BREAKER_FAILURE_RATIO) must be at most 1.0, not 7.0
                    parley.database.sweep-interval        | 100ms | PARLEY_DATABASE_SWEEP_INTERVAL) must be whole seconds, at least one, not PT0.1S
                    parley.database.sweep-interval        | 1500ms| PARLEY_DATABASE_SWEEP_INTERVAL) must be whole seconds, at least one, not PT1.5S
                    """)
    void refuses(String key, String value, String reason) {
        assertThatThrownBy(() -> read(Some.class, key, value))
                .isInstanceOf(ConfigValidationException.class)
                .satisfies(refused -> assertThat(StartFailure.explain(refused))
                        .hasValueSatisfying(
                                line -> assertThat(line).doesNotContain("\n").contains(key + " (" + reason)));
    }

    /** As the program reads its settings: the check is found, not named. */
    private static <T> T read(Class<T> mapping, String key, String value) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredCustomizers()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(mapping)
                .withSources(new PropertiesConfigSource(Map.of(key, value), "given", 300))
                .build()
                .getConfigMapping(mapping);
    }
}
