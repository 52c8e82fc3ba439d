package dev.parley.log;

import dev.parley.cluster.ListeningChanged;
import dev.parley.cluster.Wakeup.Grown;
import dev.parley.cluster.WakeupsHeard;
import dev.parley.database.DatabaseWork;
import dev.parley.database.FreshRead;
import dev.parley.event.Events;
import dev.parley.log.EntriesCommitted.Growth;
import dev.parley.problem.FaultLog;
import dev.parley.task.Chore;
import dev.parley.task.TaskManager;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Finds out which rooms that somebody here reads have grown elsewhere. At once, by what other nodes tell; and since they
 * may not be heard, now and then by comparing heads with the database: entries that another node wrote, or that were
 * committed though nobody heard so, reach their readers within its interval at the latest.
 */
@ApplicationScoped
class Sweep {
    private final EntryStore store;
    private final Heads heads;
    private final Events events;
    private final LogConfig config;
    private final FreshRead comparing;
    private volatile long comparedAtNanos = System.nanoTime();

    Sweep(EntryStore store, Heads heads, Events events, FaultLog faults, LogConfig config) {
        this.store = store;
        this.heads = heads;
        this.events = events;
        this.config = config;
        this.comparing = new FreshRead("log.sweep", faults, this::compare);
    }

    void start(@Observes StartupEvent started, TaskManager tasks) {
        tasks.every(Chore.every(config.sweepInterval(), "log.sweep"), DatabaseWork.of(comparing::now));
    }

    /** On the event loop that hears. */
    void hear(@Observes WakeupsHeard event) {
        if (event.isMuch()) {
            comparing.soon();
            return;
        }
        var found = new LinkedHashMap<UUID, Long>();
        event.of(Grown.class).forEach(grown -> found.put(grown.room(), grown.head()));
        tell(found);
    }

    /** What was told before this node began to hear, it has missed. */
    void catchUp(@Observes ListeningChanged event) {
        if (event.hears()) {
            comparing.soon();
        }
    }

    /** How long ago the heads were last compared, or there was nothing to compare. */
    Duration sinceCompared() {
        return Duration.ofNanos(System.nanoTime() - comparedAtNanos);
    }

    private Future<?> compare() {
        var watched = heads.watched();
        var stored = watched.isEmpty() ? Future.succeededFuture(Map.<UUID, Long>of()) : store.heads(watched);
        return stored.map(found -> {
            tell(found);
            comparedAtNanos = System.nanoTime();
            return null;
        });
    }

    private void tell(Map<UUID, Long> found) {
        var growths = found.entrySet().stream()
                .filter(room -> heads.advance(room.getKey(), room.getValue()))
                .map(room -> new Growth(room.getKey(), room.getValue(), List.of()))
                .toList();
        if (!growths.isEmpty()) {
            events.fire(new EntriesCommitted(growths, false));
        }
    }
}
