package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.database.ServerOnDisk;
import dev.parley.testing.Checker;
import dev.parley.testing.Habits;
import dev.parley.testing.History;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.ReconnectingClient;
import dev.parley.testing.StoredLog;
import dev.parley.testing.TestAccount;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A server on its own data, which may be killed and started again, and the clients that come and stay. */
final class Scene implements AutoCloseable {
    /** Exit code of a Java program that ended by SIGTERM in good order. */
    private static final int SIGTERM_EXIT = 143;

    private static final int MOST_LOG_LINES_PER_RUN = 60;
    private static final Duration QUIET_LIMIT = Duration.ofSeconds(90);

    private final Path directory;
    private final Map<String, String> environment;
    private final History history = new History();
    private final List<ReconnectingClient> clients = new ArrayList<>();
    private volatile ParleyProcess server;
    private int runs = 1;

    Scene(Path directory, Map<String, String> environment) {
        this.directory = directory;
        this.environment = new HashMap<>(environment);
        this.environment.put("PARLEY_ACCOUNT_BCRYPT_COST", "4"); // many accounts, whose passwords are no secret
        this.server = ParleyProcess.start(directory, this.environment);
    }

    ParleyProcess server() {
        return server;
    }

    URI uri() {
        return server.baseUri();
    }

    ServerOnDisk database() {
        return new ServerOnDisk(directory);
    }

    History history() {
        return history;
    }

    TestAccount registers(String nick) {
        return TestAccount.registers(uri(), nick);
    }

    /** A client of a new account, which comes back whenever the server does. */
    ReconnectingClient client(String nick, Habits habits) {
        var client = ReconnectingClient.starts(registers(nick), this::uri, history, habits);
        clients.add(client);
        return client;
    }

    ReconnectingClient client(String nick) {
        return client(nick, Habits.USUAL);
    }

    void startsAgain() {
        runs++;
        server = ParleyProcess.start(directory, environment);
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
        assertThat(Checker.flaws(history, stored))
                .as(Tally.of(history).toString())
                .isEmpty();
    }

    /** Tells the server to stop, as an orchestrator does, and looks at what it leaves behind. */
    void stopsInGoodOrder() {
        server.sigterm();
        assertThat(server.awaitExit()).isIn(0, SIGTERM_EXIT);
        clients.forEach(ReconnectingClient::close);
        assertThat(database().isServing()).as("database left behind").isFalse();
        leavesQuietLog();
    }

    void leavesQuietLog() {
        assertThat(server.log().lines())
                .as("the server's log")
                .noneMatch(line ->
                        line.matches(".* (WARN|ERROR|FATAL) .*|\\s+at .*|Caused by: .*|.*java.lang.OutOfMemoryError.*"))
                .hasSizeLessThan(MOST_LOG_LINES_PER_RUN * runs);
    }

    @Override
    public void close() {
        clients.forEach(ReconnectingClient::close);
        server.close();
    }
}
