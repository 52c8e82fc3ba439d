package dev.parley.session;

import dev.parley.database.DatabaseWork;
import dev.parley.task.Chore;
import dev.parley.task.TaskManager;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jboss.logging.Logger;

/** Deletes sessions that nobody has resumed for so long that nobody may any more. */
@ApplicationScoped
class SessionCleanup {
    private static final Logger LOG = Logger.getLogger(SessionCleanup.class);

    private final SessionStore store;
    private final SessionConfig config;

    SessionCleanup(SessionStore store, SessionConfig config) {
        this.store = store;
        this.config = config;
    }

    void start(@Observes StartupEvent started, TaskManager tasks) {
        tasks.every(Chore.every(config.cleanupInterval(), "session.cleanup").onOneNode(), DatabaseWork.of(this::clean));
    }

    private Future<Integer> clean() {
        return store.deleteExpired(config.flushSessions())
                .onSuccess(deleted -> LOG.debugf("%d expired sessions deleted", deleted));
    }
}
