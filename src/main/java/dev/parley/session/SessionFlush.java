package dev.parley.session;

import dev.parley.task.TaskManager;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/** Stores in batches what changes often: cursors and attachments, and sessions that began while the database was away. */
@ApplicationScoped
class SessionFlush {
    private static final Logger LOG = Logger.getLogger(SessionFlush.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(3);

    private final SessionStore store;
    private final SessionConfig config;
    private final Event<SessionFenced> fenced;
    private final Set<Session> changed = ConcurrentHashMap.newKeySet();

    SessionFlush(SessionStore store, SessionConfig config, Event<SessionFenced> fenced) {
        this.store = store;
        this.config = config;
        this.fenced = fenced;
    }

    void start(@Observes StartupEvent started, TaskManager tasks) {
        tasks.every("session.flush", config.flushInterval(), this::flush);
    }

    /** The last flush, while the pool is still open. Waits for it, on the thread that shuts down. */
    void stop(@Observes ShutdownEvent stopping) {
        try {
            flush().toCompletionStage().toCompletableFuture().get(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warnf(
                    "Cursors of %d sessions were not stored: their clients may be sent entries again", changed.size());
        }
    }

    /** Has the session stored with the next flush. Cheap; any thread. */
    void soon(Session session) {
        changed.add(session);
    }

    /** Stores what has changed. Ends within the statements' limit; what could not be stored waits for the next time. */
    Future<Void> flush() {
        var batch = new ArrayList<Session>();
        for (var waiting = changed.iterator(); waiting.hasNext() && batch.size() < config.flushSessions(); ) {
            batch.add(waiting.next());
            waiting.remove(); // before it is read: a change from here on marks it anew
        }
        batch.removeIf(Session::isEnded);
        var stored = batch.stream().filter(Session::isStored).toList();
        var provisional = batch.stream().filter(session -> !session.isStored()).toList();
        return Future.join(update(stored), insert(provisional)).mapEmpty();
    }

    private Future<Void> insert(List<Session> provisional) {
        if (provisional.isEmpty()) {
            return Future.succeededFuture();
        }
        return store.insert(provisional)
                .onSuccess(_ -> provisional.forEach(Session::stored))
                .onFailure(fault -> again(provisional, fault));
    }

    private Future<Void> update(List<Session> stored) {
        if (stored.isEmpty()) {
            return Future.succeededFuture();
        }
        var generations = stored.stream().map(Session::generation).toList();
        return store.update(stored)
                .onSuccess(inForce -> fence(stored, generations, inForce))
                .onFailure(fault -> again(stored, fault))
                .mapEmpty();
    }

    /** Those that the database no longer has at our generation are somebody else's now, unless they have just ended. */
    private void fence(List<Session> stored, List<Long> generations, Set<UUID> inForce) {
        for (int i = 0; i < stored.size(); i++) {
            if (!inForce.contains(stored.get(i).id()) && !stored.get(i).isEnded()) {
                fenced.fire(new SessionFenced(stored.get(i).id(), generations.get(i)));
            }
        }
    }

    private void again(List<Session> sessions, Throwable fault) {
        changed.addAll(sessions);
        LOG.debugf("%d sessions not stored, will be: %s", sessions.size(), fault.getMessage());
    }
}
