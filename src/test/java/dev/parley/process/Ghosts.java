package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.database.ServerOnDisk;
import dev.parley.testing.ParleyProcess;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Sessions that the database shows as connected, and nodes that it shows as running, although they are not. */
record Ghosts(ServerOnDisk database) {
    /** A node that was killed counts as dead after 20 seconds; the next beat of another forgets it. */
    private static final Duration LIMIT = Duration.ofSeconds(40);

    static Ghosts of(ServerOnDisk database) {
        return new Ghosts(database);
    }

    /** Waits until as many sessions are shown as connected as there are on these nodes together. */
    void areNoneBesidesThoseOf(List<ParleyProcess> nodes) {
        await("no ghosts")
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(connected())
                        .as("sessions shown as connected")
                        .isEqualTo(nodes.stream()
                                .mapToLong(node -> (long) Metrics.sum(node, "parley_connections_attached"))
                                .sum()));
    }

    /** Waits until no more nodes are shown than there are: one that was killed stays until another misses it. */
    void areNoNodesBesides(List<ParleyProcess> nodes) {
        await("no node that was killed").atMost(LIMIT).until(() -> running() <= nodes.size());
    }

    /** All nodes have stopped: nobody is shown, but as many nodes as had no time to take themselves out. */
    void areNoneBut(long unheard) {
        assertThat(connected()).as("sessions shown as connected").isZero();
        assertThat(running()).as("nodes shown as running").isLessThanOrEqualTo(unheard);
    }

    private long running() {
        return number("select count(*) from node where heartbeat_at > now() - interval '20 s'");
    }

    /** Sessions that are shown as connected. */
    long connected() {
        return number("select count(*) from active_session where node_id is not null");
    }

    private long number(String query) {
        try (var connection = database.connect();
                var sql = connection.createStatement();
                var rows = sql.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError(query, e);
        }
    }
}
