package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.cluster.NodeStore.Beat;
import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.OtherNode;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who counts as dead, also when it says otherwise in the very moment. */
@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
@SuppressWarnings("NullAway.Init") // set before each test
class NodeStoreTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    /** Much shorter than in the program under test, whose own beats are to find nothing. */
    private static final Duration DEAD_AFTER = Duration.ofSeconds(5);

    private static final String OLD = "now() - interval '6 s'";

    @Inject
    NodeStore store;

    @Inject
    Node node;

    @Inject
    Pool pool;

    private final UUID session = UUID.randomUUID();
    private OtherNode other;

    @BeforeEach
    void joins() {
        other = OtherNode.joins();
        other.does(
                "insert into active_session (account_id, id, secret_hash, generation, node_id, expires_at, last_seen_at)"
                        + " values (gen_random_uuid(), ?, '', 1, ?, now() + interval '1 h', " + OLD + ")",
                session,
                other.id());
    }

    @AfterEach
    void leaves() {
        other.does("rollback");
        other.does("delete from active_session where id = ?", session);
        other.close();
    }

    @Test
    void takesSessionsOffANodeThatIsDead() {
        wasNotHeardOf();

        done(beat());

        assertThat(isShown()).isFalse();
        assertThat(isKnown()).isFalse();
    }

    /** So that their users have the grace of coming back, and do not go and come where a node was only cut off. */
    @Test
    void countsThemAsSeenUntilThen() {
        wasNotHeardOf();
        done(beat());
        assertThat(isSeenLately()).isTrue();

        var leaving = UUID.randomUUID();
        other.does("update active_session set node_id = ?, last_seen_at = " + OLD + " where id = ?", leaving, session);
        done(store.leave(leaving, LIMIT));
        assertThat(isShown()).isFalse();
        assertThat(isSeenLately()).isTrue();
    }

    @Test
    void leavesThemOnANodeThatLives() {
        done(beat());

        assertThat(isShown()).isTrue();
    }

    @Test
    void takesThemOffANodeThatIsNotThere() {
        other.does("delete from node where id = ?", other.id());

        done(beat());

        assertThat(isShown()).isFalse();
    }

    @Test
    void leavesOneThatANodeWhichIsNotThereHasJustStored() {
        other.does("delete from node where id = ?", other.id());
        wasStored();

        done(beat());

        assertThat(isShown()).isTrue();
    }

    /** Until it is as old: whoever stored it may have died just then. */
    @Test
    void takesOffADeadNodeWhatItHasStoredLatelyOnlyLater() {
        wasNotHeardOf();
        wasStored();

        done(beat());
        assertThat(isKnown()).isFalse();
        assertThat(isShown()).isTrue();

        other.does("update active_session set last_seen_at = " + OLD + " where id = ?", session);
        done(beat());
        assertThat(isShown()).isFalse();
    }

    /** Nobody would say anew who is connected there, since nobody has forgotten it. Nor does one wait for the other. */
    @Test
    void leavesThemOnANodeThatSaysInThatMomentThatItLives() {
        wasNotHeardOf();
        other.does("begin");
        other.does("update node set heartbeat_at = now() where id = ?", other.id());

        done(beat());

        other.does("commit");
        assertThat(isKnown()).isTrue();
        assertThat(isShown()).isTrue();
    }

    @Test
    void leavesOneThatIsTakenFromADeadNodeInThatMoment() {
        wasNotHeardOf();
        other.does("begin");
        other.does(
                "update active_session set node_id = ?, last_seen_at = now(), generation = 2 where id = ?",
                node.id(),
                session);
        var beat = beat();
        waitsForTheOther();
        other.does("commit");
        done(beat);

        assertThat(isKnown()).isFalse();
        assertThat(isShown()).isTrue();
    }

    @Test
    void leavesOneThatAForgottenNodeStoresInThatMoment() {
        other.does("delete from node where id = ?", other.id());
        other.does("begin");
        wasStored();
        var beat = beat();
        waitsForTheOther();
        other.does("commit");
        done(beat);

        assertThat(isShown()).isTrue();
    }

    @Test
    void saysSinceWhenTheNodeIsThere() {
        var id = UUID.randomUUID();
        var first = done(beatOf(id)).enteredAt();
        assertThat(done(beatOf(id)).enteredAt()).isEqualTo(first);

        other.does("delete from node where id = ?", id);
        var again = done(beatOf(id)).enteredAt();
        assertThat(again).isAfter(first);
        assertThat(done(beatOf(id)).enteredAt()).isEqualTo(again);
        other.does("delete from node where id = ?", id);
    }

    private void wasNotHeardOf() {
        other.does("update node set heartbeat_at = " + OLD + " where id = ?", other.id());
    }

    private void wasStored() {
        other.does("update active_session set last_seen_at = now() where id = ?", session);
    }

    private Future<Beat> beat() {
        return beatOf(node.id());
    }

    private Future<Beat> beatOf(UUID id) {
        return store.beat(id, "test", DEAD_AFTER, LIMIT);
    }

    private void waitsForTheOther() {
        await("the beat waits").until(() -> count("""
                        select count(*) from pg_stat_activity a, pg_stat_activity b
                         where b.application_name = $1 and b.pid = any (pg_blocking_pids(a.pid))""", "other-node") > 0);
    }

    private boolean isShown() {
        return count("select count(*) from active_session where id = $1 and node_id is not null", session) == 1;
    }

    private boolean isSeenLately() {
        return count("select count(*) from active_session where id = $1 and last_seen_at > " + OLD, session) == 1;
    }

    private boolean isKnown() {
        return count("select count(*) from node where id = $1", other.id()) == 1;
    }

    private long count(String sql, Object argument) {
        return done(pool.preparedQuery(sql).execute(Tuple.of(argument)))
                .iterator()
                .next()
                .getLong(0);
    }

    private static <T> T done(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }
}
