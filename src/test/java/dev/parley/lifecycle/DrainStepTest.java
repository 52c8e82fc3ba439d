package dev.parley.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DrainStepTest {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    /** However slow each step is: the rest is for what the platform closes. */
    @Test
    void leavesTimeToThePlatformWhenEachStepTakesAllOfItsOwn() {
        var together = Arrays.stream(DrainStep.values())
                .map(step -> step.limit(DEADLINE))
                .reduce(Duration.ZERO, Duration::plus);

        assertThat(together).isBetween(DEADLINE.dividedBy(2), DEADLINE.minusMillis(500));
    }

    @Test
    void keepsTheOrderOfTheDesign() {
        assertThat(DrainStep.values())
                .extracting(DrainStep::wireName)
                .containsExactly(
                        "upgrades_refused",
                        "clients_sent_away",
                        "commands_answered",
                        "sockets_closed",
                        "tasks_cancelled",
                        "sessions_stored",
                        "node_left");
    }
}
