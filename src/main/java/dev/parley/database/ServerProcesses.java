package dev.parley.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The processes of the server of one data directory, as the machine knows them. Only who owns the directory may end them.
 * Those that have ended and that nobody has asked for yet count as gone, unlike for {@link ProcessHandle}.
 */
record ServerProcesses(Path data) {
    private static final Path PROC = Path.of("/proc");
    private static final Duration KILL_LIMIT = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(20);

    /** The parent of all others; empty if it is dead, though another program may have its number by now. */
    Optional<ProcessHandle> postmaster() {
        try (var lines = Files.lines(data.resolve("postmaster.pid"))) {
            return lines.findFirst()
                    .map(String::strip)
                    .map(Long::parseLong)
                    .flatMap(ProcessHandle::of)
                    .filter(this::isPostmaster);
        } catch (IOException | NumberFormatException _) {
            return Optional.empty();
        }
    }

    /** Waits for the postmaster, which goes last; says whether it is gone. */
    boolean awaitGone(Duration limit) {
        return await(limit, () -> postmaster().isEmpty());
    }

    /**
     * {@code kill -9}, which frozen ones do not survive either: of the postmaster first, which then has no more children.
     * Returns when they are gone, and says how many they were.
     */
    int kill() {
        var all = new LinkedHashSet<ProcessHandle>();
        postmaster().ifPresent(postmaster -> {
            all.add(postmaster);
            postmaster.descendants().forEach(all::add);
        });
        inDirectory().forEach(all::add);
        all.forEach(ProcessHandle::destroyForcibly);
        var _ = await(KILL_LIMIT, () -> all.stream().noneMatch(ServerProcesses::lives));
        return all.size();
    }

    /**
     * Ends what a postmaster that was killed has left behind: its children hold its memory for a while, and no other can
     * start meanwhile. Does nothing if there was no such postmaster.
     */
    void endOrphans() {
        if (Postmaster.of(data).isPresent() && postmaster().isEmpty()) {
            int _ = kill();
        }
    }

    /** Its own command line says what it was started on. */
    private boolean isPostmaster(ProcessHandle process) {
        var words = commandLine(process);
        int directory = words.indexOf("-D") + 1;
        return directory > 0 && directory < words.size() && isSame(Path.of(words.get(directory)));
    }

    /** Servers stay in their data directory. What we may not look at is another account's. */
    private Stream<ProcessHandle> inDirectory() {
        return ProcessHandle.allProcesses().filter(process -> {
            try {
                var its = PROC.resolve(Long.toString(process.pid()));
                return Files.readSymbolicLink(its.resolve("exe"))
                                .getFileName()
                                .toString()
                                .startsWith("postgres")
                        && isSame(its.resolve("cwd")); // as it sees it, whose root may be another
            } catch (IOException _) {
                return false;
            }
        });
    }

    private boolean isSame(Path path) {
        try {
            return Files.isSameFile(path, data);
        } catch (IOException _) {
            return false;
        }
    }

    private static boolean lives(ProcessHandle process) {
        return !commandLine(process).isEmpty();
    }

    /** Anybody may read it. Empty if the process is gone, or has ended. */
    private static List<String> commandLine(ProcessHandle process) {
        try {
            var words =
                    Files.readString(PROC.resolve(Long.toString(process.pid())).resolve("cmdline"));
            return words.isEmpty() ? List.of() : List.of(words.split("\0"));
        } catch (IOException _) {
            return List.of();
        }
    }

    private static boolean await(Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        return true;
    }
}
