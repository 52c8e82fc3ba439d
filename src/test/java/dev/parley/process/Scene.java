package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.database.ServerOnDisk;
import dev.parley.testing.Checker;
import dev.parley.testing.Faults;
import dev.parley.testing.Habits;
import dev.parley.testing.History;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.ReconnectingClient;
import dev.parley.testing.StoredLog;
import dev.parley.testing.TestAccount;
import dev.parley.testing.TestKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A server on its own data or on a database that the test owns, which may be killed and started again, and the clients
 * that come and stay.
 */
final class Scene implements AutoCloseable {
    /** The drain's deadline, and what a busy machine and the database may take beside it. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

    private static final int MOST_LOG_LINES_PER_RUN = 60;
    private static final Duration QUIET_LIMIT = Duration.ofSeconds(90);

    private final Path directory;
    private final Map<String, String> environment;
    private final ServerOnDisk database;
    private final boolean stopsDatabase;
    private final Map<String, Integer> tolerated = new HashMap<>();
    private final Map<String, Integer> required = new HashMap<>();
    private final List<ParleyProcess> others = new ArrayList<>();
    private final History history = new History();
    private final List<ReconnectingClient> clients = new CopyOnWriteArrayList<>();
    private volatile ParleyProcess server;
    private int runs = 1;

    Scene(Path directory, Map<String, String> environment) {
        this(directory, environment, new ServerOnDisk(directory), true);
    }

    private Scene(Path directory, Map<String, String> environment, ServerOnDisk database, boolean stopsDatabase) {
        this.directory = directory;
        this.database = database;
        this.stopsDatabase = stopsDatabase;
        this.environment = new HashMap<>(environment);
        this.environment.put("PARLEY_ACCOUNT_BCRYPT_COST", "4"); // many accounts, whose passwords are no secret
        Evidence.of(this);
        this.server = ParleyProcess.start(directory, this.environment);
    }

    /** A server on a database that is there before it and after it, as in production. */
    static Scene on(OwnPostgres database, Path directory, Map<String, String> environment) {
        var all = new HashMap<>(environment);
        all.putAll(database.environment());
        all.put("PARLEY_ACCOUNT_SIGNING_KEY", TestKey.pem());
        return new Scene(directory, all, database.server(), false);
    }

    ParleyProcess server() {
        return server;
    }

    /** Starts one more server on the same database; it stays until the end. */
    ParleyProcess startsAnother() {
        try {
            var its = Files.createDirectories(directory.resolve("node-" + others.size()));
            others.add(ParleyProcess.start(its, environment));
            return others.getLast();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path directory() {
        return directory;
    }

    URI uri() {
        return server.baseUri();
    }

    ServerOnDisk database() {
        return database;
    }

    History history() {
        return history;
    }

    TestAccount registers(String nick) {
        return TestAccount.registers(uri(), nick);
    }

    /** A client of a new account, which comes back whenever the server does. */
    ReconnectingClient client(String nick, Habits habits) {
        return client(nick, habits, this::uri);
    }

    /** A client that only ever uses this server. */
    ReconnectingClient client(String nick, ParleyProcess node) {
        return client(nick, Habits.USUAL, node::baseUri);
    }

    /** So many clients that come to the server on a way of their own, made quickly. */
    List<ReconnectingClient> clients(int size, Supplier<URI> way) {
        return Together.make(size, i -> client("client" + i, Habits.USUAL, way));
    }

    ReconnectingClient client(String nick, Habits habits, Supplier<URI> node) {
        var client = ReconnectingClient.starts(registers(nick), node, history, habits);
        clients.add(client);
        return client;
    }

    ReconnectingClient client(String nick) {
        return client(nick, Habits.USUAL);
    }

    /** So many clients, each of them in so many new rooms, still quiet. */
    Chatter chatter(int size, int rooms) {
        return Chatter.of(
                IntStream.range(0, size).mapToObj(i -> client("client" + i)).toList(), rooms);
    }

    void startsAgain() {
        runs++;
        server = ParleyProcess.start(directory, environment);
    }

    /** Kills all nodes at once and starts them again where they were; returns when all are ready. */
    void killsAllAndStartsThemAgain() {
        var killed = nodes();
        killed.parallelStream().forEach(ParleyProcess::kill9);
        runs++;
        var again = killed.stream().map(ParleyProcess::again).toList();
        again.forEach(ParleyProcess::awaitReady);
        others.replaceAll(other -> again.get(killed.indexOf(other)));
        server = again.get(killed.indexOf(server));
    }

    /** Stops a node as an orchestrator does and starts it again where it was; returns when it is ready. */
    ParleyProcess restarts(ParleyProcess node) {
        endsInGoodOrder(node);
        Faults.injected("SIGTERM of a node");
        runs++;
        var again = node.again();
        if (node.equals(server)) {
            server = again;
        } else {
            others.set(others.indexOf(node), again);
        }
        return again.awaitReady();
    }

    StoredLog stored() {
        try (var connection = database().connect()) {
            return StoredLog.of(connection);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until all that was said is answered and every client has read its rooms to their ends, then checks. */
    void endsWithEveryPromiseKept() {
        await("answers to all commands")
                .atMost(QUIET_LIMIT)
                .until(() -> clients.stream().allMatch(client -> client.unanswered() == 0));
        var stored = stored();
        await("readers at the heads of their rooms")
                .atMost(QUIET_LIMIT)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> clients.stream()
                        .allMatch(client -> stored.heads()
                                .entrySet()
                                .containsAll(client.seqs().entrySet())));
        var flaws = Checker.flaws(history, stored);
        FaultReport.judged(history, flaws);
        assertThat(flaws).as(Tally.of(history).toString()).isEmpty();
        Ghosts.of(database).areNoneBesidesThoseOf(nodes());
    }

    /** The log may hold so many lines with such a text, whatever their level. */
    void mayTell(String text, int times) {
        tolerated.merge(text, times, Math::max);
    }

    /**
     * Everybody came at once so many times: on a slow machine the pool may be busy with them, and says so. The short form
     * shares its machine: there the database may be so slow to answer that it seems away, and a heartbeat come too late.
     */
    void mayBeBusy(int times) {
        mayTell("% in use", 2 * times);
        mayTell("The pool is at ease again", times);
        if (!Form.isLong()) {
            mayTell("The database is away", times);
            mayTell("The database is back", times);
            mayTell("This node was taken for dead", times);
        }
    }

    /** The log must hold so many lines with such a text, no more and no less. */
    void tells(String text, int times) {
        mayTell(text, times);
        required.put(text, times);
    }

    /** Tells the server to stop, as an orchestrator does, and looks at what it leaves behind. */
    void stopsInGoodOrder() {
        if (!stopsDatabase) {
            Ghosts.of(database).areNoNodesBesides(nodes());
        }
        nodes().forEach(Scene::endsInGoodOrder);
        clients.forEach(ReconnectingClient::close);
        assertThat(database().isServing()).as("database left behind").isEqualTo(!stopsDatabase);
        if (!stopsDatabase) {
            Ghosts.of(database)
                    .areNoneBut(nodes().stream().filter(Scene::leftUnheard).count());
        }
        leavesQuietLog();
    }

    private static void endsInGoodOrder(ParleyProcess node) {
        long told = System.nanoTime();
        node.sigterm();
        assertThat(node.awaitExit()).as("exit code").isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - told))
                .as("time of a stop")
                .isLessThan(STOP_LIMIT);
    }

    /** On a slow machine, in the short form, a stop may have no time left to take its node out, and says so. */
    private static boolean leftUnheard(ParleyProcess node) {
        return !Form.isLong() && node.log().lines().anyMatch(line -> line.matches(".* Drain: node left in .*, 1 left"));
    }

    void leavesQuietLog() {
        nodes().forEach(node -> leavesQuietLog(node.log().lines().toList()));
    }

    private void leavesQuietLog(List<String> lines) {
        tolerated.forEach((text, most) -> assertThat(lines)
                .filteredOn(line -> line.contains(text))
                .as("lines that tell: " + text)
                .hasSizeBetween(required.getOrDefault(text, 0), most));
        assertThat(lines)
                .as("the server's log")
                .filteredOn(line -> tolerated.keySet().stream().noneMatch(line::contains))
                .noneMatch(line ->
                        line.matches(".* (WARN|ERROR|FATAL) .*|\\s+at .*|Caused by: .*|.*java.lang.OutOfMemoryError.*"))
                .hasSizeLessThan(MOST_LOG_LINES_PER_RUN * runs);
    }

    /** All that run. */
    List<ParleyProcess> nodes() {
        var nodes = new ArrayList<>(others);
        nodes.add(server);
        return nodes;
    }

    @Override
    public void close() {
        clients.forEach(ReconnectingClient::close);
        nodes().forEach(ParleyProcess::close);
    }
}
