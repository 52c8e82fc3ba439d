package dev.parley.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RepeatsTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Vertx VERTX = Vertx.vertx();

    private final AtomicInteger tries = new AtomicInteger();

    @AfterAll
    static void close() throws Exception {
        VERTX.close().toCompletionStage().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void tryAgainWhatPasses() {
        var answer = Repeats.until(
                in(LIMIT),
                VERTX,
                () -> tries.incrementAndGet() < 4
                        ? Future.failedFuture(new Interrupted(new PoolBusy()))
                        : Future.succeededFuture("rows"));

        assertThat(answer.toCompletionStage()).succeedsWithin(LIMIT).isEqualTo("rows");
        assertThat(tries).hasValue(4);
    }

    @Test
    void endByTheLastFaultWhenAPauseWouldLastTooLong() {
        var began = new ArrayList<Long>();
        var faults = new ArrayList<Interrupted>();
        long latest = in(Duration.ofSeconds(1));
        var answer = Repeats.until(latest, VERTX, () -> {
            began.add(System.nanoTime());
            faults.add(new Interrupted(new PoolBusy()));
            return Future.failedFuture(faults.getLast());
        });

        assertThat(answer.toCompletionStage())
                .failsWithin(LIMIT)
                .withThrowableThat()
                .havingCause()
                .isSameAs(faults.getLast());
        assertThat(began)
                .as("pauses of 10 ms at least, of which each lasts twice as long")
                .hasSizeBetween(2, 8);
    }

    /** A fault that stays, a breaker that is open, and a time that is over already. */
    @Test
    void doNotTryAgainWhatIsInVain() {
        var inVain = List.of(
                new IllegalArgumentException(),
                new Interrupted(new CircuitBreakerOpenException()),
                new Interrupted(new TooLate()));
        for (var fault : inVain) {
            var answer = Repeats.until(in(LIMIT), VERTX, () -> {
                tries.incrementAndGet();
                return Future.failedFuture(fault);
            });
            assertThat(answer.cause()).isSameAs(fault);
        }
        assertThat(tries).hasValue(inVain.size());
    }

    private static long in(Duration time) {
        return System.nanoTime() + time.toNanos();
    }
}
