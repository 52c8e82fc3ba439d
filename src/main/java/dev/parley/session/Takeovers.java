package dev.parley.session;

import dev.parley.cluster.ListeningChanged;
import dev.parley.cluster.Node;
import dev.parley.cluster.Wakeup;
import dev.parley.cluster.Wakeups;
import dev.parley.cluster.WakeupsHeard;
import dev.parley.database.DatabaseWork;
import dev.parley.database.FreshRead;
import dev.parley.event.Events;
import dev.parley.problem.FaultLog;
import dev.parley.task.Chore;
import dev.parley.task.TaskManager;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Fences connections off whose session another node has attached to since. At once, by what other nodes tell; and since
 * they may not be heard, now and then by comparing generations with the database. {@link SessionFlush} finds the same for
 * sessions that have something to store.
 */
@ApplicationScoped
class Takeovers {
    private static final Duration PERIOD = Duration.ofSeconds(5);

    private final SessionStore store;
    private final KnownSessions known;
    private final Node node;
    private final Wakeups wakeups;
    private final Events events;
    private final SessionConfig config;
    private final FreshRead comparing;

    Takeovers(
            SessionStore store,
            KnownSessions known,
            Node node,
            Wakeups wakeups,
            Events events,
            FaultLog faults,
            SessionConfig config) {
        this.store = store;
        this.known = known;
        this.node = node;
        this.wakeups = wakeups;
        this.events = events;
        this.config = config;
        this.comparing = new FreshRead("session.takeovers", faults, this::look);
    }

    void start(@Observes StartupEvent started, TaskManager tasks) {
        tasks.every(Chore.every(PERIOD, "session.takeovers"), DatabaseWork.of(comparing::now));
    }

    /** The node that had the session before, if it was another one, lets go of it. */
    void tell(@Observes SessionResumed event) {
        wakeups.tell(new Wakeup.Attached(event.session(), event.generation()));
    }

    /** On the event loop that hears. */
    void hear(@Observes WakeupsHeard event) {
        event.of(Wakeup.Attached.class).forEach(attached -> overtaken(attached.session(), attached.generation()));
        if (event.isMuch()) {
            comparing.soon();
        }
    }

    /** What was told before this node began to hear, it has missed. */
    void catchUp(@Observes ListeningChanged event) {
        if (event.hears()) {
            comparing.soon();
        }
    }

    /** Where no other node is, no other has a session. */
    private Future<?> look() {
        return node.isAlone() ? Future.succeededFuture() : compare(stored());
    }

    private List<Session> stored() {
        return known.here().stream().filter(Session::isStored).toList();
    }

    private Future<Void> compare(List<Session> sessions) {
        if (sessions.isEmpty()) {
            return Future.succeededFuture();
        }
        int size = Math.min(sessions.size(), config.flushSessions());
        return store.overtaken(sessions.subList(0, size)).flatMap(generations -> {
            overtaken(generations);
            return compare(sessions.subList(size, sessions.size()));
        });
    }

    private void overtaken(Map<UUID, Long> generations) {
        generations.forEach(this::overtaken);
    }

    private void overtaken(UUID session, long generation) {
        if (known.overtake(session, generation)) {
            events.fire(new SessionFenced(session, generation - 1));
        }
    }
}
