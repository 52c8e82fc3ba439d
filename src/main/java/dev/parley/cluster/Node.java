package dev.parley.cluster;

import dev.parley.database.DatabaseWork;
import dev.parley.task.Chore;
import dev.parley.task.TaskManager;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

    Node(ClusterConfig config, NodeStore store) {
        this.config = config;
        this.store = store;
    }

    void start(@Observes StartupEvent started, TaskManager tasks) {
        var _ = beat();
        tasks.every(Chore.every(config.heartbeatInterval(), "cluster.heartbeat"), DatabaseWork.of(this::beat));
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

    private Future<Void> beat() {
        return store.beat(id, config.version(), config.deadAfter(), config.heartbeatInterval());
    }
}
