package dev.parley.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.StartRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EmbeddedPostgresTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** It was quicker than our looks. */
    private static final String STARTED = "started";

    private static final String REFUSED = "refused";
    private static final String INTERRUPTED = ", interrupted";

    /** One for all: the making of a data directory takes longer than a start. */
    @TempDir
    static Path root;

    @BeforeEach
    void haveDataDirectory() {
        if (!Files.exists(root.resolve("postgres"))) {
            EmbeddedPostgres.in(root).start().close();
        }
    }

    /** Again and again, each time a look later: a program is there, forks, and its fork becomes a shell and then a server. */
    @RepeatedTest(60)
    void leavesNothingRunningWhenItIsInterruptedWhileItsServerIsLaunched(RepetitionInfo repetition) throws Exception {
        var server = EmbeddedPostgres.in(root);
        var starting = starting(server);
        var starter = Thread.ofPlatform().start(starting);
        awaitLaunch(starting, repetition);

        starter.interrupt();

        var outcome = outcome(starting);
        if (outcome.equals(STARTED)) {
            server.close();
        } else {
            assertThat(outcome).isEqualTo(REFUSED + INTERRUPTED);
        }
        await().atMost(LIMIT).untilAsserted(() -> assertThat(running()).isEmpty());
    }

    /** The same for who does not wait for the one who starts it. */
    @RepeatedTest(60)
    void leavesNothingRunningWhenItIsCutWhileItIsLaunched(RepetitionInfo repetition) throws Exception {
        var server = EmbeddedPostgres.in(root);
        var starting = starting(server);
        var _ = Thread.ofPlatform().start(starting);
        awaitLaunch(starting, repetition);

        try {
            server.cut();

            assertThat(outcome(starting)).isIn(STARTED, REFUSED);
            await().atMost(LIMIT).untilAsserted(() -> assertThat(running()).isEmpty());
        } finally {
            server.close();
        }
    }

    private static FutureTask<String> starting(EmbeddedPostgres server) {
        return new FutureTask<>(() -> {
            try {
                var _ = server.start();
                return STARTED;
            } catch (StartRefused _) {
                return REFUSED + (Thread.currentThread().isInterrupted() ? INTERRUPTED : "");
            }
        });
    }

    private static void awaitLaunch(FutureTask<?> starting, RepetitionInfo repetition) throws IOException {
        for (int looks = 0; looks < repetition.getCurrentRepetition() && !starting.isDone(); ) {
            looks += launches() ? 1 : 0;
        }
    }

    private static String outcome(FutureTask<String> starting) throws Exception {
        return starting.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    /** Looks at our own children only, which takes microseconds. */
    private static boolean launches() throws IOException {
        try (var threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (var thread : threads) {
                for (var child : read(thread.resolve("children")).split(" ", -1)) {
                    if (!child.isEmpty() && isOfOurs(child)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static List<String> running() {
        return ProcessHandle.allProcesses()
                .map(process -> Long.toString(process.pid()))
                .filter(EmbeddedPostgresTest::isOfOurs)
                .map(pid -> pid + " " + commandLine(pid))
                .toList();
    }

    private static boolean isOfOurs(String pid) {
        return commandLine(pid).contains(root.toString());
    }

    private static String commandLine(String pid) {
        return read(Path.of("/proc", pid, "cmdline")).replace('\0', ' ');
    }

    /** Empty if it has gone: threads and processes do. */
    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException _) {
            return "";
        }
    }
}
