package dev.parley.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerProcessesTest {
    @TempDir
    Path data;

    @Test
    void areDeadIfThereIsNoFileOfTheirs() {
        assertThat(new ServerProcesses(data).mayLive()).isFalse();
    }

    /** As when the process has no file left to open: it would end a server that serves, every second. */
    @Test
    void areNotTakenForDeadIfTheirFileCannotBeRead() throws IOException {
        Files.createDirectory(data.resolve("postmaster.pid"));

        assertThat(new ServerProcesses(data).mayLive()).isTrue();
    }

    @Test
    void areNotTakenForThemselvesIfAnotherProgramHasTheirNumber() throws IOException {
        Files.writeString(
                data.resolve("postmaster.pid"), ProcessHandle.current().pid() + "\n");

        assertThat(new ServerProcesses(data).mayLive()).isFalse();
    }

    @Test
    void endWhateverWasToldAWordAndNobodyElse() throws Exception {
        var told = sleeper("-c parley.launch=this-one");
        var other = sleeper("-c parley.launch=another");
        try {
            ServerProcesses.endTold("this-one");

            assertThat(told.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(other.isAlive()).isTrue();
        } finally {
            told.destroyForcibly();
            other.destroyForcibly();
        }
    }

    /** As the postmaster in the middle of its start: it would end in order, but not now. */
    @Test
    void areEndedByForceIfTheyDoNotEndThemselves() throws Exception {
        var deaf = sleeper("deaf-one", "trap '' TERM; echo; while :; do sleep 1000 <&- >&-; done");
        try (var output = deaf.inputReader()) {
            output.readLine(); // now it is deaf

            ServerProcesses.endTold("deaf-one");

            assertThat(deaf.waitFor(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            deaf.descendants().forEach(ProcessHandle::destroyForcibly);
            deaf.destroyForcibly();
        }
    }

    private static Process sleeper(String word) throws IOException {
        return sleeper(word, "read line");
    }

    private static Process sleeper(String word, String script) throws IOException {
        return new ProcessBuilder("sh", "-c", script, word).start();
    }
}
