package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BacklogTest {
    private static final long AGES_AGO = System.nanoTime() - TimeUnit.SECONDS.toNanos(90) | 1;

    private final Backlog backlog = new Backlog();

    @Test
    void tellsOfTheReaderThatIsBehindTheLongest() {
        backlog.add(0, 0);
        backlog.add(AGES_AGO, AGES_AGO);
        backlog.add(System.nanoTime() | 1, System.nanoTime() | 1);

        assertThat(backlog.readers()).isEqualTo(3);
        assertThat(backlog.behind()).isEqualTo(1);
        assertThat(backlog.seconds()).isBetween(90.0, 150.0);
    }

    @Test
    void holdsNothingUndeliveredThatWaitsForItsClient() {
        backlog.add(AGES_AGO, 0);

        assertThat(backlog.behind()).isEqualTo(1);
        assertThat(backlog.seconds()).isZero();
    }

    @Test
    void countsFromWhenItsClientHasAcknowledged() {
        backlog.add(AGES_AGO, AGES_AGO + TimeUnit.SECONDS.toNanos(60));

        assertThat(backlog.seconds()).isBetween(30.0, 90.0);
    }
}
