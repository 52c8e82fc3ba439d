package dev.parley.database;

import dev.parley.StartRefused;
import dev.parley.task.Chore;
import dev.parley.task.Postponed;
import dev.parley.task.TaskManager;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Keeps at least {@code DB_POOL_MIN} connections open, which the client's pool, that opens them when asked, does not. */
@Singleton
class PoolWarmth {
    private static final Logger LOG = Logger.getLogger(PoolWarmth.class);
    private static final Duration PERIOD = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Statements statements;
    private final PoolStatistics statistics;
    private final int min;

    PoolWarmth(Statements statements, PoolStatistics statistics, DatabaseConfig config) {
        this.statements = statements;
        this.statistics = statistics;
        this.min = Math.min(config.pool().min(), config.pool().max());
        if (min < 0) {
            throw new StartRefused("parley.database.pool.min (DB_POOL_MIN) must be 0 or more, not " + min);
        }
    }

    /** Before anything needs them, but a start does not fail for want of them. */
    void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE + 2) StartupEvent started, TaskManager tasks)
            throws Exception {
        try {
            warm();
        } catch (Postponed away) {
            LOG.debugf("The pool is not warm yet: %s", away.getMessage());
        }
        tasks.every(Chore.every(PERIOD, "database.warmth"), this::warm);
    }

    /** Holds what is idle, so that the pool has to open what is missing, and gives all back. */
    private void warm() throws Exception {
        var use = statistics.now();
        int missing = min - use.open();
        if (missing <= 0 || use.waiting() > 0) {
            return;
        }
        List<Future<SqlConnection>> asked = Stream.generate(() -> statements.connection(LIMIT))
                .limit((long) use.idle() + missing)
                .toList();
        DatabaseWork.await(Future.join(asked)
                .onComplete(_ -> asked.forEach(one -> one.onSuccess(ConnectionInternals::giveBack)))
                .recover(fault -> Future.failedFuture(new Interrupted(fault))));
    }
}
