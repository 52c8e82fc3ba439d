package dev.parley.database;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.StartRefused;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BreakerLimitsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void namesTheKeyOfALimitThatCannotBe() {
        refuses(new Limits(0, 0.5, SECOND), "parley.database.breaker.window");
        refuses(new Limits(20, 0, SECOND), "parley.database.breaker.failure-ratio");
        refuses(new Limits(20, 7, SECOND), "parley.database.breaker.failure-ratio");
        refuses(new Limits(20, Double.NaN, SECOND), "parley.database.breaker.failure-ratio");
        refuses(new Limits(20, 0.5, Duration.ZERO), "parley.database.breaker.delay");
        assertThatCode(() -> DatabaseBreaker.check(new Limits(1, 1, SECOND))).doesNotThrowAnyException();
    }

    private static void refuses(Limits limits, String key) {
        assertThatThrownBy(() -> DatabaseBreaker.check(limits))
                .isInstanceOf(StartRefused.class)
                .hasMessageStartingWith(key);
    }

    private record Limits(int window, double failureRatio, Duration delay) implements DatabaseConfig.Breaker {}
}
