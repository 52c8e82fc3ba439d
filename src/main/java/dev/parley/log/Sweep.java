package dev.parley.log;

import dev.parley.log.EntriesCommitted.Growth;
import dev.parley.task.TaskManager;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Compares the heads of rooms that somebody here reads with the database, now and then: entries that another node wrote,
 * or that were committed though nobody heard so, reach their readers within its interval.
 */
@ApplicationScoped
class Sweep {
    private static final Logger LOG = Logger.getLogger(Sweep.class);

    private final EntryStore store;
    private final Heads heads;
    private final Event<EntriesCommitted> grown;
    private final LogConfig config;

    Sweep(EntryStore store, Heads heads, Event<EntriesCommitted> grown, LogConfig config) {
        this.store = store;
        this.heads = heads;
        this.grown = grown;
        this.config = config;
    }

    void start(@Observes StartupEvent started, TaskManager tasks) {
        tasks.every("log.sweep", config.sweepInterval(), this::sweep);
    }

    private void sweep() {
        var watched = heads.watched();
        if (!watched.isEmpty()) {
            store.heads(watched)
                    .onSuccess(this::tell)
                    .onFailure(fault -> LOG.debugf("Heads not compared, will be again: %s", fault.getMessage()));
        }
    }

    private void tell(Map<UUID, Long> found) {
        var growths = found.entrySet().stream()
                .filter(room -> heads.advance(room.getKey(), room.getValue()))
                .map(room -> new Growth(room.getKey(), room.getValue(), List.of()))
                .toList();
        if (!growths.isEmpty()) {
            grown.fire(new EntriesCommitted(growths));
        }
    }
}
