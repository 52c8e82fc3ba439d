package dev.parley.database;

import dev.parley.task.ClusterLock;
import dev.parley.task.Postponed;
import dev.parley.task.Work;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Advisory locks of PostgreSQL, one for each task. Held by a connection of the pool for as long as the work runs, so that
 * it ends with this process or its link, however that goes.
 */
@Singleton
class PgClusterLock implements ClusterLock {
    private static final Duration LIMIT = Duration.ofSeconds(3);
    /** Our number among the advisory locks of a database that we may share: "task" in ASCII. */
    private static final int LOCKS_OF_TASKS = 0x7461736b;

    private static final String LOCK = "select pg_try_advisory_lock($1, hashtext($2))";
    private static final String UNLOCK = "select pg_advisory_unlock($1, hashtext($2))";

    private final Statements statements;

    PgClusterLock(Statements statements) {
        this.statements = statements;
    }

    @Override
    public boolean runAlone(String task, Work work) throws Exception {
        var connection = connection();
        var held = Held.UNKNOWN;
        try {
            held = limited(ask(connection, LOCK, task)) ? Held.HERE : Held.ELSEWHERE;
            if (held == Held.HERE) {
                work.run();
            }
            return held == Held.HERE;
        } finally {
            release(connection, held, task);
        }
    }

    /** Who holds the lock, as far as this node was told. */
    private enum Held {
        HERE,
        ELSEWHERE,
        UNKNOWN
    }

    /** One that comes when nobody waits for it any more goes back to the pool. */
    private SqlConnection connection() throws Exception {
        var asked = statements.connection(LIMIT);
        try {
            return limited(asked);
        } catch (Exception gaveUp) {
            asked.onSuccess(ConnectionInternals::giveBack);
            throw gaveUp;
        }
    }

    /** A connection that may hold the lock, and has not said that it has let go, is cut: it must not stay with the pool. */
    private static void release(SqlConnection connection, Held held, String task) {
        switch (held) {
            case ELSEWHERE -> ConnectionInternals.giveBack(connection);
            case UNKNOWN -> ConnectionInternals.discard(connection);
            case HERE ->
                ask(connection, UNLOCK, task)
                        .timeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                        .onSuccess(_ -> ConnectionInternals.giveBack(connection))
                        .onFailure(_ -> ConnectionInternals.discard(connection));
        }
    }

    private static Future<Boolean> ask(SqlConnection connection, String sql, String task) {
        return connection
                .preparedQuery(sql)
                .execute(Tuple.of(LOCKS_OF_TASKS, task))
                .map(rows -> rows.iterator().next().getBoolean(0));
    }

    private static <T> T limited(Future<T> asked) throws Exception {
        try {
            return asked.timeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
        } catch (ExecutionException failed) {
            throw new Postponed(failed);
        }
    }
}
