package dev.parley.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class StatementsTest {
    /** As one in some hundred thousand is by the library that repeats them. */
    @Test
    void endThoughTheirAnswerIsLost() {
        var lost = Statements.answered(new CompletableFuture<>(), 1).toCompletableFuture();

        assertThat(lost).failsWithin(Duration.ofSeconds(10)).withThrowableThat().withCauseInstanceOf(Interrupted.class);
    }
}
