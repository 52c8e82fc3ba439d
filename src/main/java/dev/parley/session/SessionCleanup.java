package dev.parley.session;

import dev.parley.database.DatabaseWork;
import dev.parley.task.Chore;
import dev.parley.task.TaskManager;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.function.IntFunction;
import org.jboss.logging.Logger;

/** Deletes sessions that nobody has resumed for so long that nobody may any more, and what is left of those that ended. */
@ApplicationScoped
class SessionCleanup {
    private static final Logger LOG = Logger.getLogger(SessionCleanup.class);

    /** A node that could not read for longer finds out about each of its sessions when it renews it. */
    private static final Duration ENDS_REMEMBERED = Duration.ofDays(1);

    private final SessionRecords records;
    private final SessionConfig config;
    private final SessionMetrics metrics;
    private Future<Integer> underWay = Future.succeededFuture(0);

    SessionCleanup(SessionRecords records, SessionConfig config, SessionMetrics metrics) {
        this.records = records;
        this.config = config;
        this.metrics = metrics;
    }

    void start(@Observes StartupEvent started, TaskManager tasks) {
        tasks.every(Chore.every(config.cleanupInterval(), "session.cleanup").onOneNode(), DatabaseWork.of(this::clean));
    }

    /**
     * Deletes all that is due, batch after batch, until the next run is due at the latest; what is left then waits for it.
     * One run at a time: while one is under way, it is the answer. Answers with how many sessions were deleted.
     */
    synchronized Future<Integer> clean() {
        if (underWay.isComplete()) {
            long deadline = System.nanoTime() + config.cleanupInterval().toNanos();
            underWay = inBatches(limit -> records.deleteExpired(limit).onSuccess(metrics::expired), deadline, 0)
                    .onSuccess(deleted -> LOG.debugf("%d expired sessions deleted", deleted))
                    .flatMap(deleted -> inBatches(limit -> records.forgetEnded(ENDS_REMEMBERED, limit), deadline, 0)
                            .map(deleted));
        }
        return underWay;
    }

    private Future<Integer> inBatches(IntFunction<Future<Integer>> deletion, long deadline, int before) {
        int limit = config.flushSessions();
        return deletion.apply(limit)
                .flatMap(deleted -> deleted < limit || System.nanoTime() - deadline > 0
                        ? Future.succeededFuture(before + deleted)
                        : inBatches(deletion, deadline, before + deleted));
    }
}
