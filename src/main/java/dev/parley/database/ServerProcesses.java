package dev.parley.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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

    /** The parent of all others; empty if it is dead or cannot be looked at. Another program may have its number by now. */
    Optional<ProcessHandle> postmaster() {
        try {
            return found();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** Whether the postmaster lives, or cannot be looked at: a process that has no file left to open must not take it for dead. */
    boolean mayLive() {
        try {
            return found().isPresent();
        } catch (IOException _) {
            return true;
        }
    }

    private Optional<ProcessHandle> found() throws IOException {
        String pid;
        try {
            pid = Files.readString(data.resolve("postmaster.pid"))
                    .lines()
                    .findFirst()
                    .orElse("");
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
        Optional<ProcessHandle> process;
        try {
            process = ProcessHandle.of(Long.parseLong(pid.strip()));
        } catch (NumberFormatException _) { // it is being written
            return Optional.empty();
        }
        return process.isPresent() && isPostmaster(process.get()) ? process : Optional.empty();
    }

    /** Waits for the postmaster, which goes last; says whether it is gone. */
    boolean awaitGone(Duration limit) {
        return await(limit, () -> !mayLive());
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
        if (Postmaster.of(data).isPresent() && !mayLive()) {
            int _ = kill();
        }
    }

    /** Its own command line says what it was started on. */
    private boolean isPostmaster(ProcessHandle process) throws IOException {
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
        try {
            return !commandLine(process).isEmpty();
        } catch (IOException _) {
            return true;
        }
    }

    /** Anybody may read it. Empty if the process is gone, or has ended. */
    static List<String> commandLine(ProcessHandle process) throws IOException {
        var its = PROC.resolve(Long.toString(process.pid()));
        try {
            var words = Files.readString(its.resolve("cmdline"));
            return words.isEmpty() ? List.of() : List.of(words.split("\0"));
        } catch (IOException e) {
            if (Files.notExists(its)) {
                return List.of();
            }
            throw e;
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
