package dev.parley.database;

import dev.parley.task.Chore;
import dev.parley.task.TaskManager;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.util.TypeLiteral;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the database whether it is there, on a connection of its own: a pool that is merely busy must not look like a
 * database that is away, and a frozen one must be noticed although the pool has no connection left to ask with. One
 * connection, opened by the first question, kept, and opened anew after a failure. Asked every second, also by itself: so
 * an outage is noticed though nobody sends, and its end though statements are not let through.
 */
@Singleton
class DatabaseProbe {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final TypeLiteral<CompletionStage<RowSet<Row>>> ROWS = new TypeLiteral<>() {};

    private final Vertx vertx;
    private final PoolCreator creator;
    private final DatabaseBreaker breaker;
    private @Nullable Future<PgConnection> connection;
    private volatile Optional<String> failure = Optional.empty();

    /** @param pool not used, but it is its making that says how to connect */
    DatabaseProbe(Vertx vertx, Pool pool, PoolCreator creator, DatabaseBreaker breaker) {
        this.vertx = vertx;
        this.creator = creator;
        this.breaker = breaker;
    }

    void start(@Observes StartupEvent started, TaskManager tasks) {
        tasks.every(Chore.every(PERIOD, "database.probe"), DatabaseWork.of(this::ask));
    }

    /** What the last question failed by; empty if it was answered. */
    Optional<String> failure() {
        return failure;
    }

    /** Nobody asks any more, and the client's own end would wait for the answer to the last question. */
    synchronized void end(@Observes @Priority(Interceptor.Priority.PLATFORM_AFTER) ShutdownEvent stopping) {
        if (connection != null) {
            abandon(connection);
        }
    }

    private Future<Void> ask() {
        return Future.fromCompletionStage(breaker.guard(this::question, ROWS))
                .<Void>mapEmpty()
                .onSuccess(_ -> failure = Optional.empty())
                .recover(fault -> {
                    if (!(fault instanceof CircuitBreakerOpenException)) { // then it is not known to be another
                        failure = Optional.of(String.valueOf(fault.getMessage()));
                    }
                    return Future.failedFuture(new Interrupted(fault));
                });
    }

    private CompletionStage<RowSet<Row>> question() {
        Future<PgConnection> current = connection();
        return current.compose(open -> open.query("select 1").execute())
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
