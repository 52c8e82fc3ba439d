package dev.parley.database;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks the database whether it is there, on a connection of its own: a pool that is merely busy must not look like a
 * database that is away, and a frozen one must be noticed although the pool has no connection left to ask with. One
 * connection, opened by the first question, kept, and opened anew after a failure; answers are shared for a second.
 */
@Singleton
class DatabaseProbe {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final PoolCreator creator;
    private final Uni<Void> answer;
    private @Nullable Future<PgConnection> connection;

    /** @param pool not used, but it is its making that says how to connect */
    DatabaseProbe(Vertx vertx, Pool pool, PoolCreator creator) {
        this.vertx = vertx;
        this.creator = creator;
        answer = Uni.createFrom().completionStage(this::ask).memoize().forFixedDuration(FRESH);
    }

    /** Completes if the database answered a query, fails with the reason after two seconds at most. */
    Uni<Void> reach() {
        return answer;
    }

    private CompletionStage<Void> ask() {
        Future<PgConnection> current = connection();
        return current.compose(open -> open.query("select 1").execute())
                .<Void>mapEmpty()
                .timeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(_ -> abandon(current))
                .toCompletionStage();
    }

    private synchronized Future<PgConnection> connection() {
        if (connection == null) {
            PgConnectOptions options = creator.connectOptions().orElseThrow();
            connection = PgConnection.connect(vertx, options);
            var opening = connection;
            // A connection that ended while nobody asked says nothing about the database: the next question opens
            // another.
            opening.onSuccess(open -> open.exceptionHandler(_ -> {}).closeHandler(_ -> abandon(opening)));
        }
        return connection;
    }

    /** Also closes a connection that opens after we have given up on it. */
    private synchronized void abandon(Future<PgConnection> failed) {
        if (failed.equals(connection)) {
            connection = null;
        }
        failed.onSuccess(ConnectionInternals::cut);
    }
}
