package dev.parley.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.ParleyProcess;
import dev.parley.testing.Signals;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program and the server that it has started: what becomes of one without the other. */
class OwnServerIT {
    @TempDir
    Path directory;

    private ServerOnDisk server;

    @BeforeEach
    void knowTheServer() {
        server = new ServerOnDisk(directory);
    }

    @AfterEach
    void leaveNoServerBehind() {
        server.isLeftToNobody();
    }

    @Test
    void keepsItsDataWhenItIsKilledAndStopsItsServerWhenItIsTold() throws SQLException {
        ParleyProcess first = ParleyProcess.start(directory);
        server.execute("create table marker as select 'grüße 👋' as text");
        long postmaster = server.postmaster().pid();
        first.kill9();
        assertThat(server.isServing()).as("an orphan").isTrue();

        try (ParleyProcess second = ParleyProcess.start(directory)) {
            assertThat(server.value("select text from marker")).isEqualTo("grüße 👋");
            assertThat(server.postmaster().pid()).as("taken over").isEqualTo(postmaster);
            second.sigterm();
            assertThat(second.awaitExit()).isZero();
        }
        assertThat(server.isServing()).isFalse();
        assertThat(server.hasLockFile())
                .as("a lock file, which only an orderly stop removes")
                .isFalse();
    }

    @Test
    void comesBackWhenItsServerWasKilledWithIt() throws SQLException {
        ParleyProcess first = ParleyProcess.start(directory);
        server.execute("create table marker as select 1 as one");
        ProcessHandle.of(server.postmaster().pid()).orElseThrow().destroyForcibly();
        first.kill9();

        try (ParleyProcess _ = ParleyProcess.start(directory)) {
            assertThat(server.value("select one from marker")).isEqualTo("1");
        }
    }

    @Test
    void isUnreadyButAliveWhileItsDatabaseIsAway() {
        try (ParleyProcess process = ParleyProcess.start(directory)) {
            // Frozen and not dead: that would be mended too soon.
            var frozen = server.freezes();

            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(
                            () -> assertThat(process.status("/q/health/ready")).isEqualTo(503));
            assertThat(process.status("/q/health/live")).isEqualTo(200);
            frozen.forEach(one -> Signals.send("CONT", one));
            process.awaitReady();
        }
    }
}
