package dev.parley.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.StartRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EmbeddedPostgresTest {
    /** One for all: the making of a data directory takes longer than a start. */
    @TempDir
    static Path root;

    @BeforeEach
    void haveDataDirectory() {
        if (!Files.exists(root.resolve("postgres"))) {
            EmbeddedPostgres.start(root).close();
        }
    }

    /** Again and again, each time a look later: a program is there, forks, and its fork becomes a shell and then a server. */
    @RepeatedTest(60)
    void leavesNothingRunningWhenItIsInterruptedWhileItsServerIsLaunched(RepetitionInfo repetition) throws Exception {
        var ended = new CompletableFuture<Void>();
        var starter = Thread.ofPlatform().start(() -> {
            try {
                assertThatThrownBy(() -> EmbeddedPostgres.start(root)).isInstanceOf(StartRefused.class);
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
                ended.complete(null);
            } catch (AssertionError e) {
                ended.completeExceptionally(e);
            }
        });
        for (int looks = 0; looks < repetition.getCurrentRepetition() && !ended.isDone(); ) {
            looks += launches() ? 1 : 0;
        }

        starter.interrupt();

        ended.get(20, TimeUnit.SECONDS);
        assertThat(running()).isEmpty();
    }

    /** Looks at our own children only, which takes microseconds. */
    private static boolean launches() throws IOException {
        try (var threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (var thread : threads) {
                for (var child : read(thread.resolve("children")).split(" ", -1)) {
                    if (isOfOurs(child)) {
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
