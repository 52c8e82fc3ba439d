package dev.parley.database;

import dev.parley.StartRefused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL server for who has configured none: durable, on a free port of the loopback address, with a random
 * password, its data in a directory that survives restarts.
 *
 * <p>One process owns the server of a directory, for as long as it holds the lock file: it starts the server, or takes
 * over one that a killed owner left running, and stops it in {@link #close}. Any other process on the same directory
 * adopts the server: it uses it, and is without a database once the owner has gone.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    /** How long a server may be on its way up or down before we believe its lock file to be a dead one's. */
    private static final Duration TRANSITION_LIMIT = Duration.ofSeconds(45);

    private static final Duration REVIVAL_LIMIT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final DataDirectory directory;
    private final PostgresBinaries binaries;
    private final ServerAccount account;
    private final @Nullable FileChannel ownership;
    private final ServerProcesses processes;
    private final ServerStop stop;
    private final Launch launch = new Launch();

    private int port;
    /** It is to be, or to stay, stopped. */
    private volatile boolean stopped;

    private EmbeddedPostgres(
            DataDirectory directory,
            PostgresBinaries binaries,
            ServerAccount account,
            @Nullable FileChannel ownership) {
        this.directory = directory;
        this.binaries = binaries;
        this.account = account;
        this.ownership = ownership;
        this.processes = new ServerProcesses(directory.data());
        this.stop = new ServerStop(directory, binaries, account, launch);
    }

    /**
     * The server of this directory, which need not run yet. This process owns it from now on, unless another does. Blocks
     * while PostgreSQL is unpacked, once on a machine.
     *
     * @throws StartRefused if the directory cannot be used, or there is no PostgreSQL for this machine
     */
    public static EmbeddedPostgres in(Path root) {
        Path absolute = root.toAbsolutePath().normalize();
        try {
            Files.createDirectories(absolute);
            var directory = new DataDirectory(absolute);
            var account = ServerAccount.choose();
            var binaries = PostgresBinaries.unpacked(absolute, account);
            return new EmbeddedPostgres(directory, binaries, account, ownership(directory));
        } catch (IOException | UncheckedIOException e) {
            throw unusable(absolute, e);
        }
    }

    /**
     * Blocks until the server takes connections: a second or two the first time, a fraction of one later.
     *
     * @return this
     * @throws StartRefused if that cannot be had on this machine or with this directory; or, with no server left running, if it
     *     was stopped meanwhile, or the thread was interrupted, which it still is then
     */
    public EmbeddedPostgres start() {
        try {
            awaitServing();
            return this;
        } catch (RuntimeException e) {
            release();
            throw e instanceof UncheckedIOException ? unusable(directory.root(), e) : e;
        }
    }

    /** Whether this process stops the server; false if it adopted another process's. */
    public boolean isOwner() {
        return ownership != null;
    }

    public int port() {
        return port;
    }

    /** How to reach it. */
    public DatabaseUrl url() {
        return new DatabaseUrl(
                InetAddress.getLoopbackAddress().getHostAddress(),
                port,
                DataDirectory.DATABASE,
                DataDirectory.USER,
                Optional.of(directory.password()),
                Map.of());
    }

    /** As {@link #stop}, for who is in no hurry. */
    @Override
    public void close() {
        stop(STOP_LIMIT);
    }

    /**
     * Stops the server, if this process owns it; connections that are still open are cut, their commits are safe. Within
     * the limit, which one that does not stop in order does not survive.
     */
    public void stop(Duration limit) {
        if (ownership == null || !ownership.isOpen()) { // given up: by now another process may own it
            return;
        }
        stopped = true;
        stop.inOrder(limit);
        release();
    }

    /** As {@link #stop}, but without a last checkpoint, and for a moment only: the next start recovers what was committed. */
    public void cut() {
        if (ownership != null && ownership.isOpen()) {
            stopped = true;
            stop.atOnce();
        }
    }

    private void release() {
        try {
            if (ownership != null) {
                ownership.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitServing() {
        if (isOwner()) {
            directory.initialise(binaries, account);
        }
        Instant begin = Instant.now();
        String lastFailure = "no server came up";
        while (Duration.between(begin, Instant.now()).compareTo(START_LIMIT) < 0) {
            if (Thread.interrupted()) {
                cut(); // whose command would not run in a thread that is interrupted
                Thread.currentThread().interrupt();
                throw new StartRefused("The embedded PostgreSQL was not started: interrupted");
            }
            if (stopped) {
                throw new StartRefused("The embedded PostgreSQL was stopped while it started");
            }
            Optional<Postmaster> postmaster = Postmaster.of(directory.data());
            if (postmaster.filter(Postmaster::isServing).isPresent()) {
                port = postmaster.get().port();
                return;
            }
            boolean wait = postmaster.filter(Postmaster::isInTransition).isPresent()
                    && Duration.between(begin, Instant.now()).compareTo(TRANSITION_LIMIT) < 0;
            if (isOwner() && !wait) {
                // Repeated: the port may be taken in between, and a killed server may not be quite gone.
                Command.Result launched = launch(freePort());
                if (!launched.failed()) {
                    continue;
                }
                lastFailure = launched.output() + lastLogLine();
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        throw new StartRefused("The embedded PostgreSQL did not start within " + START_LIMIT.toSeconds() + " s, see "
                + directory.log() + ": " + lastFailure);
    }

    /** What came of looking after the server. */
    public sealed interface Revival {
        /** It lives, or is another process's. */
        record NotNeeded() implements Revival {}

        /** It had died, and serves again on the port that it had. */
        record Done() implements Revival {}

        /** It is dead, and does not start. */
        record Failed(String reason) implements Revival {}
    }

    /**
     * Starts the server again, on the port that it had, if this process owns it and it has died. Blocks for as long as a
     * start takes, and is tried again for a while: after a crash what it held may be in use for a moment longer.
     */
    public Revival revive() {
        if (!isOwner() || stopped || processes.mayLive()) {
            return new Revival.NotNeeded();
        }
        long end = System.nanoTime() + REVIVAL_LIMIT.toNanos();
        while (true) {
            var launched = launch(port);
            if (!launched.failed()) {
                return new Revival.Done();
            }
            if (stopped
                    || System.nanoTime() - end >= 0
                    || Thread.currentThread().isInterrupted()) {
                return new Revival.Failed(launched.output() + lastLogLine());
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private Command.Result launch(int port) {
        processes.endOrphans();
        if (stopped) { // meanwhile
            return new Command.Result(-1, "stopped");
        }
        // What makes a commit durable is said here, whatever the configuration file says.
        var settings = List.of(
                "port=" + port,
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "fsync=on",
                "full_page_writes=on",
                "synchronous_commit=on",
                "max_connections=100",
                "shared_buffers=64MB",
                "max_wal_size=512MB",
                "huge_pages=off",
                "jit=off",
                "log_checkpoints=off",
                "TimeZone=UTC",
                "log_timezone=UTC",
                launch.setting());
        return account.run(
                START_LIMIT,
                List.of(
                        binaries.program("pg_ctl"),
                        "start",
                        "--pgdata=" + directory.data(),
                        "--log=" + directory.log(),
                        "--wait",
                        "--timeout=" + START_LIMIT.toSeconds(),
                        "--options=-c " + String.join(" -c ", settings)));
    }

    private String lastLogLine() {
        try {
            List<String> lines = Files.readAllLines(directory.log());
            return lines.isEmpty() ? "" : " | " + lines.getLast();
        } catch (IOException _) {
            return "";
        }
    }

    /** The lock, or null if another process has it. It ends with the process, however that ends. */
    private static @Nullable FileChannel ownership(DataDirectory directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.ownerLock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() != null) {
            return channel;
        }
        channel.close();
        return null;
    }

    private static StartRefused unusable(Path directory, Exception cause) {
        return new StartRefused("The embedded PostgreSQL cannot use the directory " + directory + ": " + cause, cause);
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
