package dev.parley.lifecycle;

import dev.parley.database.EmbeddedPostgres;
import dev.parley.database.EmbeddedPostgres.Revival.Done;
import dev.parley.database.EmbeddedPostgres.Revival.Failed;
import dev.parley.database.EmbeddedPostgres.Revival.NotNeeded;
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
    private static final Duration PERIOD = Duration.ofSeconds(1);
    /** Recovery from a crash takes a while. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private volatile boolean told;

    EmbeddedDatabaseWatch() {}

    void start(@Observes StartupEvent started, TaskManager tasks) {
        DatabaseChoice.embedded()
                .filter(EmbeddedPostgres::isOwner)
                .ifPresent(server -> tasks.every(
                        Chore.every(PERIOD, "lifecycle.embedded-database").within(LIMIT), () -> look(server)));
    }

    private void look(EmbeddedPostgres server) {
        switch (server.revive()) {
            case NotNeeded() -> {}
            case Done() -> {
                told = false;
                LOG.warnf("The embedded PostgreSQL had died and was started again on port %d", server.port());
            }
            case Failed(var reason) -> tell(reason);
        }
    }

    /** Once, until it was started. A stop interrupts this work, which is no reason to tell. */
    private void tell(String reason) {
        if (!told && !Thread.currentThread().isInterrupted()) {
            told = true;
            LOG.errorf("The embedded PostgreSQL has died and does not start; it is tried all the time: %s", reason);
        }
    }
}
