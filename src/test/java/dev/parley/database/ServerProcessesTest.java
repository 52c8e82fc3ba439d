package dev.parley.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
