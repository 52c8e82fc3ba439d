package dev.parley.cluster;

import dev.parley.cluster.NodeChanged.Change;
import dev.parley.cluster.NodeStore.Beat;
import dev.parley.database.DatabaseWork;
import dev.parley.event.Events;
import dev.parley.problem.FaultLog;
import dev.parley.task.Chore;
import dev.parley.task.TaskManager;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** This process among those that share the database. Its id is new with every start. */
@ApplicationScoped
public class Node {
    private static final Logger LOG = Logger.getLogger(Node.class);

    /** Of the statement, which may be waited for less long. */
    private static final Duration LEAVE_LIMIT = Duration.ofSeconds(1);

    private static final String HEARTBEAT = "cluster.heartbeat";
    private static final long UNKNOWN = -1;

    private final UUID id = UUID.randomUUID();
    private final ClusterConfig config;
    private final NodeStore store;
    private final Events events;
    private final FaultLog faults;
    private volatile @Nullable Instant enteredAt;
    /** Not known until the database has said so: then as if there were some. */
    private volatile long others = UNKNOWN;

    Node(ClusterConfig config, NodeStore store, Events events, FaultLog faults, MeterRegistry metrics) {
        this.config = config;
        this.store = store;
        this.events = events;
        this.faults = faults;
        Gauge.builder("parley.cluster.others", this, node -> Math.max(0, node.others))
                .description("Other nodes on the same database that live, as the last heartbeat found")
                .register(metrics);
    }

    void start(@Observes StartupEvent started, TaskManager tasks) {
        DatabaseWork.unawaited(HEARTBEAT, beat(), faults);
        tasks.every(Chore.every(config.heartbeatInterval(), HEARTBEAT), DatabaseWork.of(this::beat));
    }

    /**
     * Says that this node leaves; after the sessions have been stored, which say that they are on it. Waits for that, and
     * answers whether it was done: others would find out by themselves, later.
     */
    public boolean leave(Duration limit) throws InterruptedException {
        try {
            store.leave(id, LEAVE_LIMIT)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(limit.toMillis(), TimeUnit.MILLISECONDS);
            events.fire(new NodeChanged(id, Change.LEFT));
            return true;
        } catch (ExecutionException | TimeoutException e) {
            LOG.debugf("Not deregistered, the others will notice: %s", e.getMessage());
            return false;
        }
    }

    public UUID id() {
        return id;
    }

    public String version() {
        return config.version();
    }

    /** Whether the other nodes were told of this one. */
    public boolean isRegistered() {
        return enteredAt != null;
    }

    /**
     * Whether no other node is known to live, so that there is nobody to tell anything. One that has just come may be
     * missed for a heartbeat; it is heard when it begins to listen.
     */
    public boolean isAlone() {
        return others == 0;
    }

    /** Another node was heard: it lives, whatever the last heartbeat has found. */
    void hears() {
        if (isAlone()) {
            others = 1;
        }
    }

    Future<Beat> beat() {
        return store.beat(id, config.version(), config.deadAfter(), config.heartbeatInterval())
                .map(this::beaten);
    }

    private Beat beaten(Beat beat) {
        others = beat.others();
        if (!beat.enteredAt().equals(enteredAt)) { // though the answer to the beat that entered it was lost
            enter(beat.enteredAt());
        }
        beat.lost().forEach(node -> {
            LOG.infof(
                    "Node %s was not heard of for %d s: its users count as gone until they come back",
                    node, config.deadAfter().toSeconds());
            events.fire(new NodeChanged(node, Change.LOST));
        });
        return beat;
    }

    private void enter(Instant at) {
        if (isRegistered()) {
            LOG.warnf(
                    "This node was taken for dead: no heartbeat of it was stored for %d s. It says anew who is connected"
                            + " here; if it comes again, look for a frozen process or a slow database",
                    config.deadAfter().toSeconds());
        }
        enteredAt = at;
        events.fire(new NodeChanged(id, Change.JOINED));
    }
}
