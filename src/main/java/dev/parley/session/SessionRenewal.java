package dev.parley.session;

import dev.parley.StartRefused;
import dev.parley.cluster.NodeChanged;
import dev.parley.task.Chore;
import dev.parley.task.TaskManager;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;

/**
 * Keeps the sessions that are connected here in the database: now and then each one's time begins anew, so that it does
 * not expire under its user. What ends or replaces a session without this node's hearing of it comes out then.
 */
@ApplicationScoped
class SessionRenewal {
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    /** Several chances to be stored before it would expire. */
    private static final int RENEWALS_PER_LIFE = 4;

    private static final int LEAST_FLUSHES_PER_LIFE = 10;

    private final KnownSessions known;
    private final SessionFlush flush;
    private final SessionConfig config;
    private final Clock clock;

    SessionRenewal(KnownSessions known, SessionFlush flush, SessionConfig config, Clock clock) {
        this.known = known;
        this.flush = flush;
        this.config = config;
        this.clock = clock;
    }

    void start(@Observes StartupEvent started, TaskManager tasks) {
        if (config.life().compareTo(config.flushInterval().multipliedBy(LEAST_FLUSHES_PER_LIFE)) < 0) {
            throw new StartRefused("parley.session.life must be at least %d times parley.session.flush-interval"
                    .formatted(LEAST_FLUSHES_PER_LIFE));
        }
        tasks.every(Chore.every(config.flushInterval(), "session.renewal"), this::renew);
    }

    /** Nobody who took this node for dead has left its sessions on it. */
    void storeAnew(@Observes NodeChanged event) {
        if (event.change() == NodeChanged.Change.JOINED) {
            known.here().forEach(flush::soon);
        }
    }

    /** Has those stored whose time is due to begin anew: not all at once, since they did not all attach at once. */
    void renew() {
        var expiresAt = clock.instant().plus(config.life());
        var due = expiresAt.minus(pause());
        known.here().forEach(session -> {
            if (session.expiresAt().isBefore(due)) {
                session.renew(expiresAt);
                flush.soon(session);
            }
        });
    }

    private Duration pause() {
        var pause = config.life().dividedBy(RENEWALS_PER_LIFE);
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }
}
