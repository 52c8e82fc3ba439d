package dev.parley.database;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Runs single statements, each a transaction of its own, with a limit of time. Thread-safe and without blocking; a
 * future ends on the caller's event loop if it has one.
 *
 * <p>A statement that exceeds its limit has an unknown outcome. Its connection is cut: behind a dead link or a frozen
 * server it would never come back to the pool. PostgreSQL may still finish the statement, or end it by its own
 * {@code statement_timeout}.
 */
@ApplicationScoped
public class Statements {
    private static final Logger LOG = Logger.getLogger(Statements.class);

    /** The statement's future says so too. Without a handler the client prints a stack trace beside the log. */
    private static final Handler<Throwable> LOST = fault -> LOG.debugf("A connection is lost: %s", fault.getMessage());

    private final Pool pool;

    Statements(Pool pool) {
        this.pool = pool;
    }

    /** Fails with {@link Interrupted} if the statement may succeed another time, or may have succeeded unheard. */
    public Future<RowSet<Row>> run(String sql, Tuple arguments, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        // Not pool.preparedQuery: it logs a failed acquisition as a fault of its own (vertx-sql-client#1706).
        return pool.getConnection()
                .flatMap(connection -> run(connection, sql, arguments, deadline))
                .timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .recover(fault -> Future.failedFuture(Transience.isTransient(fault) ? new Interrupted(fault) : fault));
    }

    private static Future<RowSet<Row>> run(SqlConnection connection, String sql, Tuple arguments, long deadline) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) { // nobody waits for it any more, and it might overtake what was asked later
            connection.close();
            return Future.failedFuture(new TimeoutException("no connection in time"));
        }
        return connection
                .exceptionHandler(LOST)
                .preparedQuery(sql)
                .execute(arguments)
                .onComplete(_ -> connection.close())
                .timeout(left, TimeUnit.MILLISECONDS)
                .onFailure(fault -> {
                    if (fault instanceof TimeoutException) {
                        ConnectionInternals.cut(connection);
                    }
                });
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
