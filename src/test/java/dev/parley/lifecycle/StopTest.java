package dev.parley.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How long a stop waits for clients to answer its close. */
class StopTest {
    private static final Duration LIMIT = Duration.ofMillis(1200);
    private static final Duration SPARE = Duration.ofSeconds(2);

    @Test
    void goesOnWaitingAsLongAsSomeClose() throws InterruptedException {
        assertThat(Stop.awaitClosed(500, left(478, 300, 120, 0), LIMIT, SPARE)).isZero();
    }

    @Test
    void givesUpAsSoonAsNobodyClosesAnyMore() throws InterruptedException {
        assertThat(Stop.awaitClosed(500, left(478, 300, 300, 0), LIMIT, SPARE)).isEqualTo(300);
    }

    @Test
    void doesNotWaitLongerForWhoHasNotBegunToClose() throws InterruptedException {
        assertThat(Stop.awaitClosed(478, left(478), LIMIT, SPARE)).isEqualTo(478);
    }

    @Test
    void hasNothingToSpareIfAnswersTookMoreThanTheirPart() throws InterruptedException {
        assertThat(Stop.awaitClosed(500, left(478), Duration.ZERO, Duration.ofSeconds(-1)))
                .isEqualTo(478);
    }

    @Test
    void givesUpWhenThereIsNoMoreTimeThoughSomeStillClose() throws InterruptedException {
        var sockets = new AtomicInteger(Integer.MAX_VALUE);

        assertThat(Stop.awaitClosed(
                        Integer.MAX_VALUE, _ -> sockets.decrementAndGet(), Duration.ZERO, Duration.ofMillis(20)))
                .isPositive();
    }

    /** So many are left each time that somebody has waited for them. */
    private static DrainSteps.Work left(Integer... sockets) {
        var left = new ArrayDeque<>(List.of(sockets));
        return limit -> left.remove();
    }
}
