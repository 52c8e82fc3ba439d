package dev.parley.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.FaultLines;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FaultLogTest {
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final FaultLog faults = new FaultLog(metrics);

    @Test
    void givesTheFirstOfAKindItsStackTraceAndAllOfThemALine() {
        try (var lines = new FaultLines()) {
            var ids = IntStream.range(0, 1000)
                    .mapToObj(i -> faults.record("command", "Command " + i + " failed", thrown("secret " + i)))
                    .toList();

            assertThat(lines.traces()).hasSize(1);
            assertThat(lines.texts()).hasSize(1000);
            assertThat(ids)
                    .doesNotHaveDuplicates()
                    .allSatisfy(id -> assertThat(lines.about(id)).contains("secret 0"));
            assertThat(lines.texts()).noneMatch(line -> line.contains("secret"));
        }
    }

    @Test
    void tellsKindsApartByPlaceAndByCause() {
        try (var lines = new FaultLines()) {
            faults.record("command", "A", thrown("x"));
            faults.record("rest", "A", thrown("x"));
            faults.record("command", "A", new IllegalStateException("elsewhere"));
            faults.record("command", "A", new RuntimeException(thrown("x")));

            assertThat(lines.traces()).hasSize(3); // the last is the first, wrapped
            assertThat(metrics.get("parley.faults")
                            .tag("where", "command")
                            .counter()
                            .count())
                    .isEqualTo(3);
        }
    }

    private static IllegalStateException thrown(String message) {
        return new IllegalStateException(message);
    }
}
