package dev.parley.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs a program to its end, with a limit. */
final class Command {
    private static final Duration END_LIMIT = Duration.ofSeconds(1);

    /** @param output what it printed, both streams, without the white space at its ends */
    record Result(int code, String output) {
        boolean failed() {
            return code != 0;
        }
    }

    private Command() {}

    /**
     * Never throws for what the program does: one that cannot be started or does not end has the code -1. So has one that
     * is told to end since the caller was interrupted, who still is then.
     */
    static Result run(Duration limit, List<String> command, Path input) {
        Path output = null;
        Process process = null;
        try {
            // Into a file and not a pipe: a server started by the program may inherit it and hold it open.
            output = Files.createTempFile("parley-command", ".out");
            var builder = new ProcessBuilder(command)
                    .directory(Path.of("/").toFile())
                    .redirectErrorStream(true)
                    .redirectInput(input.toFile())
                    .redirectOutput(output.toFile());
            Map<String, String> environment = builder.environment();
            // What the user's own PostgreSQL tools are told is not meant for this server.
            environment.keySet().removeIf(name -> name.startsWith("PG"));
            environment.put("LC_ALL", "C");
            process = builder.start();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                return new Result(-1, "no end after " + limit.toSeconds() + " s: " + read(output));
            }
            return new Result(process.exitValue(), read(output));
        } catch (IOException e) {
            return new Result(-1, e.toString());
        } catch (InterruptedException e) {
            end(process);
            Thread.currentThread().interrupt();
            return new Result(-1, "interrupted");
        } finally {
            delete(output);
        }
    }

    static Result run(Duration limit, List<String> command) {
        return run(limit, command, Path.of("/dev/null"));
    }

    /** With all that it has started; gently at first, since it may clear up behind itself. */
    private static void end(@Nullable Process process) {
        if (process == null) {
            return;
        }
        var all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroy);
        try {
            if (!process.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                all.forEach(ProcessHandle::destroyForcibly);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static String read(Path output) throws IOException {
        return new String(Files.readAllBytes(output), StandardCharsets.UTF_8).strip();
    }

    private static void delete(@Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
