package dev.parley.session;

import dev.parley.database.DatabaseWork;
import dev.parley.session.SessionRecords.Ended;
import dev.parley.task.Chore;
import dev.parley.task.TaskManager;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** Reads now and then which sessions other nodes have ended, and ends them here. */
@ApplicationScoped
class Revocations {
    private static final int PAGE = 1000;
    private static final Ended START = new Ended(new UUID(0, 0), Instant.EPOCH);

    /**
     * How far each reading reaches back into the one before it: an end is dated by the beginning of its transaction and
     * seen after its commit, and a session may become known here a moment after its end was read. Longer than a statement
     * may take.
     */
    private static final Duration OVERLAP = Duration.ofSeconds(30);

    private final SessionRecords records;
    private final Endings endings;
    private final SessionConfig config;
    private volatile long readUpToNanos = System.nanoTime();
    private Future<Void> underWay = Future.succeededFuture();

    Revocations(SessionRecords records, Endings endings, SessionConfig config) {
        this.records = records;
        this.endings = endings;
        this.config = config;
    }

    void start(@Observes StartupEvent started, TaskManager tasks) {
        tasks.every(Chore.every(config.revocationInterval(), "session.revocations"), DatabaseWork.of(this::read));
    }

    /** All since the last reading that succeeded. One at a time: while one is under way, it is the answer. */
    synchronized Future<Void> read() {
        if (underWay.isComplete()) {
            long began = System.nanoTime();
            underWay = read(Duration.ofNanos(began - readUpToNanos).plus(OVERLAP), START)
                    .onSuccess(_ -> readUpToNanos = began);
        }
        return underWay;
    }

    private Future<Void> read(Duration period, Ended after) {
        return records.ended(period, after, PAGE).flatMap(page -> {
            page.forEach(ended -> endings.endedElsewhere(ended.session()));
            return page.size() < PAGE ? Future.succeededFuture() : read(period, page.getLast());
        });
    }
}
