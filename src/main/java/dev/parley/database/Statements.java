package dev.parley.database;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.faulttolerance.api.Guard;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.util.TypeLiteral;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Runs single statements, each a transaction of its own, with a limit of time, behind the circuit breaker. Thread-safe and
 * without blocking; a future ends on the caller's event loop if it has one.
 *
 * <p>A statement that exceeds its limit has an unknown outcome. Its connection is cut: behind a dead link or a frozen
 * server it would never come back to the pool. PostgreSQL may still finish the statement, or end it by its own
 * {@code statement_timeout}.
 */
@Singleton
public class Statements {
    private static final Logger LOG = Logger.getLogger(Statements.class);
    private static final TypeLiteral<CompletionStage<RowSet<Row>>> ROWS = new TypeLiteral<>() {};

    /**
     * What a statement gets at least, or half of its limit: with less it is not begun. A live server answers in
     * milliseconds, but this process and its machine may be busy, and a statement that came late to its turn must not make
     * the database look as if it were away.
     */
    private static final Duration FAIR_TIME = Duration.ofSeconds(1);

    /** By how much the bulkhead's own limit is longer than that of what it guards. */
    private static final long GRACE_MILLIS = 100;

    /** What was under way on it fails, too. Without a handler the client prints a stack trace beside the log. */
    private static final Handler<Throwable> LOST = fault -> LOG.debugf("A connection is lost: %s", fault.getMessage());

    private final Pool pool;
    private final DatabaseBreaker breaker;
    private final Guard bulkhead;
    private final Timer acquisitions;
    private final AtomicInteger waiting = new AtomicInteger();
    private final int max;
    private final Vertx vertx;

    private volatile boolean ended;

    Statements(Vertx vertx, Pool pool, DatabaseBreaker breaker, DatabaseConfig config, MeterRegistry metrics) {
        this.vertx = vertx;
        this.pool = pool;
        this.breaker = breaker;
        this.max = config.pool().max();
        this.bulkhead = Repeats.bulkhead(config.pool());
        this.acquisitions = Timer.builder("parley.pool.acquire")
                .description("How long requests for a connection waited")
                .publishPercentileHistogram()
                .register(metrics);
    }

    /**
     * Runs a statement whose repeat does no harm: after a transient fault it is tried again, with growing pauses, while
     * there is time. It shares all connections but those that {@code parley.database.pool.reserved} keeps for commits.
     * Fails with {@link Interrupted} if it may succeed another time.
     */
    public Future<RowSet<Row>> run(String sql, Tuple arguments, Duration limit) {
        var term = Term.of(limit);
        return here(() -> Repeats.until(
                term.latestBegin(), vertx, () -> classified(inTurn(() -> attempt(sql, arguments, term), term))));
    }

    /**
     * Runs a statement once. Fails with {@link Interrupted} if it may succeed another time, or may have succeeded
     * unheard.
     */
    public Future<RowSet<Row>> once(String sql, Tuple arguments, Duration limit) {
        var term = Term.of(limit);
        return here(() -> classified(Future.fromCompletionStage(attempt(sql, arguments, term))));
    }

    /** A connection of the pool, for the caller to close; one that comes after the limit goes back by itself. */
    Future<SqlConnection> connection(Duration limit) {
        long began = System.nanoTime();
        Promise<SqlConnection> promise = Promise.promise();
        waiting.incrementAndGet();
        // Not pool.preparedQuery: it logs a failed acquisition as a fault of its own (vertx-sql-client#1706).
        var asked = pool.getConnection();
        var _ = asked.onComplete(got -> {
            waiting.decrementAndGet();
            if (got.failed()) {
                promise.tryFail(got.cause());
                return;
            }
            acquisitions.record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
            got.result().exceptionHandler(LOST);
            if (!promise.tryComplete(got.result())) {
                ConnectionInternals.giveBack(got.result());
            }
        });
        // One promise decides whether it came in time: told of it by two, a connection could be nobody's.
        // The timer runs on the loop that delivers: if that is late, it looks first at what has come.
        asked.timeout(Math.max(1, limit.toMillis()), TimeUnit.MILLISECONDS).onFailure(promise::tryFail);
        return promise.future()
                .recover(fault -> Future.failedFuture(
                        fault instanceof TimeoutException && pool.size() >= max ? new PoolBusy() : fault));
    }

    /** Who waits: for a connection, or for others to end before they may ask for one. */
    int waiting() {
        return waiting.get();
    }

    /** How long requests for a connection waited, lately at most and on average since the start. */
    public AcquireTimes acquireTimes() {
        return new AcquireTimes(acquisitions.mean(TimeUnit.MILLISECONDS), acquisitions.max(TimeUnit.MILLISECONDS));
    }

    /** In milliseconds. */
    public record AcquireTimes(double mean, double max) {}

    private Future<RowSet<Row>> inTurn(Supplier<CompletionStage<RowSet<Row>>> attempt, Term term) {
        var waits = new AtomicBoolean(true);
        waiting.incrementAndGet();
        var rows = bulkhead.get(
                () -> {
                    waitsNoMore(waits);
                    return attempt.get();
                },
                ROWS);
        // One that was not let in. Beside the stage and not behind it, where faults would come wrapped.
        var _ = rows.whenComplete((_, _) -> waitsNoMore(waits));
        // The bulkhead's queue knows no time, and rarely forgets for a while who waits there (6.10: one that finds no
        // place
        // puts itself back after the last place has become free). What has begun ends by its own limit, a little
        // earlier.
        return Future.fromCompletionStage(rows)
                .timeout(GRACE_MILLIS + Math.max(0, term.millisLeft()), TimeUnit.MILLISECONDS);
    }

    private void waitsNoMore(AtomicBoolean waits) {
        if (waits.getAndSet(false)) {
            waiting.decrementAndGet();
        }
    }

    private CompletionStage<RowSet<Row>> attempt(String sql, Tuple arguments, Term term) {
        if (ended || term.isTooLate()) { // that says nothing of the database
            return CompletableFuture.failedFuture(new TooLate());
        }
        return breaker.guard(
                () -> connection(Duration.ofMillis(term.millisLeft()))
                        .flatMap(connection -> execute(connection, sql, arguments, term))
                        .toCompletionStage(),
                ROWS);
    }

    /** Nothing is begun any more, nor told: nobody would wait for it. */
    void end(@Observes @Priority(Interceptor.Priority.PLATFORM_AFTER) ShutdownEvent stopping) {
        ended = true;
    }

    private Future<RowSet<Row>> execute(SqlConnection connection, String sql, Tuple arguments, Term term) {
        if (ended || term.isTooLate()) { // or it would cut a good connection, and might overtake what was asked later
            ConnectionInternals.giveBack(connection);
            return Future.failedFuture(new TooLate());
        }
        return connection
                .preparedQuery(sql)
                .execute(arguments)
                .onComplete(done -> release(connection, done))
                .timeout(term.millisLeft(), TimeUnit.MILLISECONDS)
                .onFailure(fault -> {
                    if (fault instanceof TimeoutException) {
                        ConnectionInternals.cut(connection);
                    }
                });
    }

    private void release(SqlConnection connection, AsyncResult<?> done) {
        if (done.failed() && Transience.isOfReader(done.cause())) {
            ConnectionInternals.discard(connection);
        } else {
            ConnectionInternals.giveBack(connection);
        }
    }

    /**
     * On the caller's event loop, if it has one, whichever thread the statement ends on. Once the program has ended nobody is
     * called back there: the beans that would be are gone. A thread may still wait for it, and is told.
     */
    private Future<RowSet<Row>> here(Supplier<Future<RowSet<Row>>> statement) {
        var context = Vertx.currentContext();
        boolean waits = !Context.isOnEventLoopThread();
        Promise<RowSet<Row>> told = Promise.promise();
        var _ = statement.get().onComplete(outcome -> {
            if (waits || !ended) {
                told.handle(outcome);
            }
        });
        return context == null
                ? told.future()
                : Future.fromCompletionStage(told.future().toCompletionStage(), context);
    }

    private static Future<RowSet<Row>> classified(Future<RowSet<Row>> rows) {
        return rows.recover(
                fault -> Future.failedFuture(Transience.isTransient(fault) ? new Interrupted(fault) : fault));
    }

    /** When a statement is to be over, and from when on it is too late to begin it; both by {@link System#nanoTime()}. */
    private record Term(long end, long latestBegin) {
        static Term of(Duration limit) {
            long end = System.nanoTime() + limit.toNanos();
            return new Term(end, end - Math.min(FAIR_TIME.toNanos(), limit.toNanos() / 2));
        }

        boolean isTooLate() {
            return System.nanoTime() - latestBegin > 0;
        }

        long millisLeft() {
            return TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        }
    }

    /** The rows of a result, read one by one. */
    public static <T> List<T> list(RowSet<Row> rows, Function<Row, T> reading) {
        var list = new ArrayList<T>(rows.size());
        for (var row : rows) {
            list.add(reading.apply(row));
        }
        return list;
    }
}
