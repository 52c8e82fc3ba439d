package dev.parley.session;

import dev.parley.cluster.ListeningChanged;
import dev.parley.cluster.Wakeup;
import dev.parley.cluster.Wakeups;
import dev.parley.cluster.WakeupsHeard;
import dev.parley.database.DatabaseWork;
import dev.parley.database.FreshRead;
import dev.parley.problem.FaultLog;
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

/**
 * Ends here what other nodes have ended: it reads which when another node tells that there is something to read, and since
 * it may not be heard, now and then.
 */
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
    private final Wakeups wakeups;
    private final FreshRead reading;

    Revocations(SessionRecords records, Endings endings, SessionConfig config, Wakeups wakeups, FaultLog faults) {
        this.records = records;
        this.endings = endings;
        this.config = config;
        this.wakeups = wakeups;
        this.reading = new FreshRead("session.revocations", faults, this::readOn);
    }

    void start(@Observes StartupEvent started, TaskManager tasks) {
        tasks.every(Chore.every(config.revocationInterval(), "session.revocations"), DatabaseWork.of(reading::now));
    }

    /** Who logs out closes the connection by itself, wherever it is. */
    void tell(@Observes SessionEnded event) {
        switch (event.cause()) {
            case REVOKED, DISPLACED -> wakeups.tell(Wakeup.General.SESSIONS_ENDED);
            case LOGGED_OUT, ELSEWHERE -> {}
        }
    }

    /** On the event loop that hears. */
    void hear(@Observes WakeupsHeard event) {
        if (event.isMuch() || event.wakeups().contains(Wakeup.General.SESSIONS_ENDED)) {
            reading.soon();
        }
    }

    /** What was told before this node began to hear, it has missed. */
    void catchUp(@Observes ListeningChanged event) {
        if (event.hears()) {
            reading.soon();
        }
    }

    /** All since the last reading that succeeded. */
    private Future<Void> readOn() {
        long began = System.nanoTime();
        return read(Duration.ofNanos(began - readUpToNanos).plus(OVERLAP), START)
                .onSuccess(_ -> readUpToNanos = began);
    }

    private Future<Void> read(Duration period, Ended after) {
        return records.ended(period, after, PAGE).flatMap(page -> {
            page.forEach(ended -> endings.endedElsewhere(ended.session()));
            return page.size() < PAGE ? Future.succeededFuture() : read(period, page.getLast());
        });
    }
}
