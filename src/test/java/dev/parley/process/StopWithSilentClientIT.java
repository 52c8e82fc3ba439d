package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.TestSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stop waits for clients to say goodbye, but not for ever. */
class StopWithSilentClientIT {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    @Test
    void cutsClientThatDoesNotAnswerItsClose() throws Exception {
        try (var scene = new Scene(directory, Map.of());
                var silent = TestSocket.opens(scene.uri(), 0)) {
            silent.says("{\"type\":\"hello\",\"token\":\""
                    + scene.registers("silent").token() + "\"}");
            silent.hears();

            long told = System.nanoTime();
            scene.server().sigterm();
            assertThat(scene.server().awaitExit()).isZero();

            assertThat(System.nanoTime() - told).isLessThan(DEADLINE.toNanos());
            assertThat(scene.server().log().lines())
                    .filteredOn(line -> line.contains(" ERROR ") || line.contains("\tat "))
                    .singleElement()
                    .asString()
                    .contains("0 commands and 0 REST requests unanswered, and 1 sockets cut");
        }
    }
}
