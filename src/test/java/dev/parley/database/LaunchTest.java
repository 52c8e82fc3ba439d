package dev.parley.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LaunchTest {
    private final Launch launch = new Launch();

    @Test
    void endsWhateverWasToldItsWordAndNobodyElse() throws Exception {
        var told = sleeper(launch, "read line");
        var other = sleeper(new Launch(), "read line");
        try {
            launch.end();

            assertThat(told.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(other.isAlive()).isTrue();
        } finally {
            told.destroyForcibly();
            other.destroyForcibly();
        }
    }

    /** As the postmaster in the middle of its start: it would end in order, but not now. */
    @Test
    void endsByForceWhatDoesNotEndItself() throws Exception {
        var deaf = sleeper(launch, "trap '' TERM; echo; read line");
        try (var output = deaf.inputReader()) {
            output.readLine(); // now it is deaf

            launch.end();

            assertThat(deaf.waitFor(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            deaf.destroyForcibly();
        }
    }

    private static Process sleeper(Launch launch, String script) throws IOException {
        return new ProcessBuilder("sh", "-c", script, "-c " + launch.setting()).start();
    }
}
