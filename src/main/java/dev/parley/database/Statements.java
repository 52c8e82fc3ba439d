package dev.parley.database;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Runs single statements, each a transaction of its own, with a limit of time. Thread-safe and without blocking; a
 * future ends on the caller's event loop if it has one.
 *
 * <p>A statement that exceeds its limit is given up, not stopped: its outcome is unknown, and its connection comes back
 * to the pool when PostgreSQL ends it by its own {@code statement_timeout}.
 */
@ApplicationScoped
public class Statements {
    private final Pool pool;

    Statements(Pool pool) {
        this.pool = pool;
    }

    /** Fails with {@link Interrupted} if the statement may succeed another time, or may have succeeded unheard. */
    public Future<RowSet<Row>> run(String sql, Tuple arguments, Duration limit) {
        // Not pool.preparedQuery: it logs a failed acquisition as a fault of its own (vertx-sql-client#1706).
        return pool.getConnection()
                .flatMap(connection ->
                        connection.preparedQuery(sql).execute(arguments).onComplete(_ -> connection.close()))
                .timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .recover(fault -> Future.failedFuture(Transience.isTransient(fault) ? new Interrupted(fault) : fault));
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
