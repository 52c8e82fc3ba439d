package dev.parley.lifecycle;

import dev.parley.database.EmbeddedPostgres;
import dev.parley.task.Chore;
import dev.parley.task.TaskManager;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Starts the embedded PostgreSQL again when it has died: nobody else looks after it. */
@Singleton
class EmbeddedDatabaseWatch {
    private static final Logger LOG = Logger.getLogger(EmbeddedDatabaseWatch.class);
    private static final Duration PERIOD = Duration.ofSeconds(2);
    /** Recovery from a crash takes a while. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    EmbeddedDatabaseWatch() {}

    void start(@Observes StartupEvent started, TaskManager tasks) {
        DatabaseChoice.embedded()
                .filter(EmbeddedPostgres::isOwner)
                .ifPresent(server -> tasks.every(
                        Chore.every(PERIOD, "lifecycle.embedded-database").within(LIMIT), () -> look(server)));
    }

    private static void look(EmbeddedPostgres server) {
        if (server.revive()) {
            LOG.warnf("The embedded PostgreSQL had died and was started again on port %d", server.port());
        }
    }
}
