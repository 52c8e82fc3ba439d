package dev.parley.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.testing.ParleyProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program on a machine where nothing was set up. */
class StartsFromNothingIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

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
    void leavesNothingRunningWhenItIsToldToStopInTheMiddleOfIt() {
        try (ParleyProcess told = ParleyProcess.launch(directory, Map.of(), List.of())) {
            await("the making of a data directory")
                    .atMost(LIMIT)
                    .until(() -> Files.exists(directory.resolve(".parley").resolve("postgres.new")));

            told.sigterm();

            assertThat(told.awaitExit()).isZero();
            assertThat(told.log()).doesNotContain("\tat ", "cannot start", "Started in");
        }
        assertThat(server.isServing()).isFalse();
        ParleyProcess.start(directory).close();
    }

    @Test
    void sharesItsServerWithASecondProcessThatDoesNotStopIt() {
        try (ParleyProcess owner = ParleyProcess.start(directory)) {
            try (ParleyProcess guest = ParleyProcess.start(directory)) {
                assertThat(guest.log()).contains("of another process adopted");
                guest.sigterm();
                assertThat(guest.awaitExit()).isZero();
            }
            assertThat(server.isServing()).isTrue();
            owner.awaitReady();
        }
    }

    @Test
    void leavesASchemaAloneThatIsNewerThanItself() throws SQLException {
        try (ParleyProcess owner = ParleyProcess.start(directory)) {
            server.execute("insert into flyway_schema_history"
                    + " (installed_rank, version, description, type, script, installed_by, execution_time, success)"
                    + " values (9999, '9999', 'tomorrow', 'SQL', 'V9999__tomorrow.sql', 'tomorrow', 1, true)");
            String history = server.value(
                    "select string_agg(h::text, ';' order by installed_rank)" + " from flyway_schema_history h");

            ParleyProcess old = ParleyProcess.launch(directory, Map.of(), List.of());

            assertThat(old.awaitExit()).isEqualTo(1);
            assertThat(old.log().lines().filter(line -> line.startsWith("Parley cannot start")))
                    .singleElement()
                    .asString()
                    .contains("version 9999", "newer than this program");
            assertThat(old.log()).doesNotContain("\tat ");
            assertThat(server.value("select string_agg(h::text, ';' order by installed_rank)"
                            + " from flyway_schema_history h"))
                    .isEqualTo(history);
            owner.awaitReady();
        }
    }

    @Test
    void refusesADatabaseThatAcceptsAndNeverAnswers() throws IOException {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var process = ParleyProcess.launch(
                        directory,
                        Map.of("DB_URL", "postgresql://parley:secret@127.0.0.1:" + silent.getLocalPort() + "/parley"),
                        List.of())) {
            assertThat(process.awaitExit()).isEqualTo(1);
            assertThat(process.log().lines())
                    .singleElement()
                    .asString()
                    .matches("Parley cannot start: .*:" + silent.getLocalPort() + "/parley could not be .*timeout.*")
                    .doesNotContain("secret");
        }
    }

    @Test
    void needsNoRoot() throws Exception {
        assumeTrue(
                ProcessHandle.current().info().user().filter("root"::equals).isPresent(),
                "we are nobody special anyway");
        Files.setAttribute(directory, "unix:uid", 65534);
        var asNobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

        try (ParleyProcess process = ParleyProcess.launch(
                directory, Map.of("XDG_CACHE_HOME", directory.resolve("cache").toString()), asNobody)) {
            process.awaitReady();
            assertThat(Files.getAttribute(directory.resolve(".parley/postgres"), "unix:uid"))
                    .isEqualTo(65534);
        }
        assertThat(server.isServing()).isFalse();
    }
}
