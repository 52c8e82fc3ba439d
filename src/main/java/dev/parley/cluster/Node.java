package dev.parley.cluster;

import dev.parley.task.TaskManager;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/** This process among those that share the database. Its id is new with every start. */
@ApplicationScoped
public class Node {
    private static final Logger LOG = Logger.getLogger(Node.class);
    private static final Duration LEAVE_LIMIT = Duration.ofSeconds(1);
    /** After the sessions have been stored, which say that they are on this node. */
    private static final int LAST = 10_000;

    private final UUID id = UUID.randomUUID();
    private final ClusterConfig config;
    private final NodeStore store;
    private final Event<NodeRegistered> registered;
    private final AtomicBoolean wasRegistered = new AtomicBoolean();

    Node(ClusterConfig config, NodeStore store, Event<NodeRegistered> registered) {
        this.config = config;
        this.store = store;
        this.registered = registered;
    }

    void start(@Observes StartupEvent started, TaskManager tasks) {
        beat();
        tasks.every("cluster.heartbeat", config.heartbeatInterval(), this::beat);
    }

    /** On the thread that shuts down, which waits. Others would find out by themselves, later. */
    void stop(@Observes @Priority(LAST) ShutdownEvent stopping) {
        try {
            store.leave(id, LEAVE_LIMIT)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(LEAVE_LIMIT.toMillis() * 2, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debugf("Not deregistered, the others will notice: %s", e.getMessage());
        }
    }

    public UUID id() {
        return id;
    }

    public String version() {
        return config.version();
    }

    private void beat() {
        store.beat(id, config.version(), config.deadAfter(), config.heartbeatInterval())
                .onSuccess(isNew -> {
                    if (isNew) {
                        enter();
                    }
                })
                .onFailure(fault -> LOG.debugf("Heartbeat not stored, will be again: %s", fault.getMessage()));
    }

    private void enter() {
        if (wasRegistered.getAndSet(true)) {
            LOG.warnf(
                    "This node was taken for dead: no heartbeat of it was stored for %d s. It says anew who is connected"
                            + " here; if it comes again, look for a frozen process or a slow database",
                    config.deadAfter().toSeconds());
        }
        registered.fire(new NodeRegistered(id));
    }
}
