package dev.parley.session;

import dev.parley.task.TaskManager;
import io.quarkus.runtime.StartupEvent;
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
        tasks.every("session.cleanup", config.cleanupInterval(), this::clean);
    }

    private void clean() {
        store.deleteExpired(config.flushSessions())
                .onSuccess(deleted -> LOG.debugf("%d expired sessions deleted", deleted))
                .onFailure(fault -> LOG.debugf("Expired sessions stay for now: %s", fault.getMessage()));
    }
}
