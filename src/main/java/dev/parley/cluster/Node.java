package dev.parley.cluster;

import dev.parley.task.TaskManager;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.UUID;
import org.jboss.logging.Logger;

/** This process among those that share the database. Its id is new with every start. */
@ApplicationScoped
public class Node {
    private static final Logger LOG = Logger.getLogger(Node.class);

    private final UUID id = UUID.randomUUID();
    private final ClusterConfig config;
    private final NodeStore store;

    Node(ClusterConfig config, NodeStore store) {
        this.config = config;
        this.store = store;
    }

    void start(@Observes StartupEvent started, TaskManager tasks) {
        beat();
        tasks.every("cluster.heartbeat", config.heartbeatInterval(), this::beat);
    }

    public UUID id() {
        return id;
    }

    public String version() {
        return config.version();
    }

    private void beat() {
        store.beat(id, config.version(), config.deadAfter(), config.heartbeatInterval())
                .onFailure(fault -> LOG.debugf("Heartbeat not stored, will be again: %s", fault.getMessage()));
    }
}
