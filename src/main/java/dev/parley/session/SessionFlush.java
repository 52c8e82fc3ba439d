package dev.parley.session;

import dev.parley.database.DatabaseWork;
import dev.parley.event.Events;
import dev.parley.session.SessionStore.Standing;
import dev.parley.task.Chore;
import dev.parley.task.TaskManager;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Stores in batches what changes often: cursors and attachments, and what began or ended while the database was away. */
@ApplicationScoped
public class SessionFlush {
    private static final Logger LOG = Logger.getLogger(SessionFlush.class);

    private final SessionStore store;
    private final SessionConfig config;
    private final Events events;
    private final Endings endings;
    private final Set<Session> changed = ConcurrentHashMap.newKeySet();
    /** Taken from those, and not stored yet. */
    private final Set<Session> writing = ConcurrentHashMap.newKeySet();
    /** Those that the database has never had. Also while they are being written: they are no fewer until they are stored. */
    private final Set<Session> provisional = ConcurrentHashMap.newKeySet();

    private Future<Void> underWay = Future.succeededFuture();

    SessionFlush(SessionStore store, SessionConfig config, Events events, Endings endings, MeterRegistry metrics) {
        this.store = store;
        this.config = config;
        this.events = events;
        this.endings = endings;
        Gauge.builder("parley.session.unstored", this, SessionFlush::unstored)
                .description("Sessions whose cursors, attachment or end wait to be stored")
                .register(metrics);
    }

    void start(@Observes StartupEvent started, TaskManager tasks) {
        tasks.every(Chore.every(config.flushInterval(), "session.flush"), DatabaseWork.of(this::flush));
    }

    /** The last flush, while the pool is still open. Waits for it, and answers with how many sessions were not stored. */
    public int stop(Duration limit) throws InterruptedException {
        try {
            // Twice: one that is under way does not have what has changed since it began.
            var last = flush().transform(_ -> flush());
            last.toCompletionStage().toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debugf("The last flush ended early: %s", e.getMessage());
        }
        int unstored = unstored();
        if (unstored > 0) {
            LOG.warnf(
                    "%d sessions were not stored: their clients may be sent entries again, and who logged out is not",
                    unstored);
        }
        return unstored;
    }

    /** Sessions that wait to be stored, or that are written just now. Any thread. */
    public int unstored() {
        return changed.size()
                + (int) writing.stream().filter(one -> !changed.contains(one)).count();
    }

    /** Has a session stored that began while the database was away, unless too many wait for that already. Any thread. */
    boolean begun(Session session) {
        provisional.add(session); // first: of all that come at once none is let in that did not count the others
        if (provisional.size() > config.unstored()) {
            provisional.remove(session);
            return false;
        }
        soon(session);
        return true;
    }

    /** Has the session stored, or deleted if it has ended, with the next flush. Cheap; any thread. */
    void soon(Session session) {
        changed.add(session);
    }

    /**
     * Stores what has changed up to now, batch after batch. One flush at a time: while one is under way, it is the answer.
     * Fails when a batch could not be stored, or an observer threw when it was: what is not stored waits for the next time.
     */
    synchronized Future<Void> flush() {
        if (underWay.isComplete()) {
            underWay = flush(List.copyOf(changed));
        }
        return underWay;
    }

    private Future<Void> flush(List<Session> due) {
        if (due.isEmpty()) {
            return Future.succeededFuture();
        }
        int size = Math.min(due.size(), config.flushSessions());
        var batch = due.subList(0, size);
        writing.addAll(batch);
        batch.forEach(changed::remove); // before they are read: a change from here on marks them anew
        return write(batch)
                .onComplete(_ -> batch.forEach(writing::remove))
                .flatMap(_ -> flush(due.subList(size, due.size())));
    }

    private Future<Void> write(List<Session> batch) {
        var ended = batch.stream().filter(Session::isEnded).toList();
        var alive = batch.stream().filter(session -> !session.isEnded()).toList();
        var stored = alive.stream().filter(Session::isStored).toList();
        var begun = alive.stream().filter(session -> !session.isStored()).toList();
        return Future.join(delete(ended), update(stored), insert(begun)).mapEmpty();
    }

    private Future<Void> delete(List<Session> ended) {
        if (ended.isEmpty()) {
            return Future.succeededFuture();
        }
        return attempt(() -> store.delete(ended))
                .onSuccess(_ -> ended.forEach(provisional::remove))
                .onFailure(fault -> again(ended, fault));
    }

    private Future<Void> insert(List<Session> begun) {
        if (begun.isEmpty()) {
            return Future.succeededFuture();
        }
        return attempt(() -> store.insert(begun))
                .onSuccess(_ -> {
                    begun.forEach(Session::stored);
                    begun.forEach(provisional::remove);
                    begun.stream().filter(Session::isEnded).forEach(this::soon); // it has ended meanwhile
                })
                .onFailure(fault -> again(begun, fault));
    }

    private Future<Void> update(List<Session> stored) {
        if (stored.isEmpty()) {
            return Future.succeededFuture();
        }
        var generations = stored.stream().map(Session::generation).toList();
        return attempt(() -> store.update(stored))
                .onFailure(fault -> again(stored, fault))
                .map(
                        standings -> { // not onSuccess: what that throws would be lost, and the answer with it
                            stored.forEach(provisional::remove); // the answer to whose insertion was lost
                            settle(stored, generations, standings);
                            return null;
                        });
    }

    /** All of them, though an observer of one should throw: what it throws is told when the others have had their turn. */
    private void settle(List<Session> stored, List<Long> generations, Map<UUID, Standing> standings) {
        RuntimeException fault = null;
        for (int i = 0; i < stored.size(); i++) {
            try {
                settle(stored.get(i), generations.get(i), standings);
            } catch (RuntimeException thrown) {
                if (fault == null) {
                    fault = thrown;
                } else if (!fault.equals(thrown)) { // none suppresses itself
                    fault.addSuppressed(thrown);
                }
            }
        }
        if (fault != null) {
            throw fault;
        }
    }

    /** What the database no longer has has ended, and what it has at a later generation is somebody else's now. */
    private void settle(Session session, long generation, Map<UUID, Standing> standings) {
        switch (standings.getOrDefault(session.id(), Standing.UNCLEAR)) {
            case KEPT -> {}
            case SUPERSEDED -> superseded(session, generation);
            case GONE -> endings.endedElsewhere(session);
            case UNCLEAR -> soon(session);
        }
    }

    /** By which generation, if it is another than the next, comes out when somebody asks. */
    private void superseded(Session session, long generation) {
        if (session.overtake(generation + 1)) {
            events.fire(new SessionFenced(session.id(), generation));
        }
    }

    /** A statement that is not even made has failed too: what it was to store must not be forgotten. */
    private static <T> Future<T> attempt(Supplier<Future<T>> statement) {
        return Future.succeededFuture().flatMap(_ -> statement.get());
    }

    private void again(List<Session> sessions, Throwable fault) {
        changed.addAll(sessions);
        LOG.debugf("%d sessions not stored, will be: %s", sessions.size(), fault.getMessage());
    }
}
