package dev.parley.cluster;

import dev.parley.database.Statements;
import dev.parley.task.TaskManager;
import io.quarkus.runtime.StartupEvent;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.UUID;
import org.jboss.logging.Logger;

/** This process among those that share the database. Its id is new with every start. */
@ApplicationScoped
public class Node {
    private static final Logger LOG = Logger.getLogger(Node.class);

    /** Says that we live, forgets nodes that do not, and takes their connections off the sessions: no ghosts. */
    private static final String HEARTBEAT = """
            with dead as (
                delete from node where heartbeat_at < now() - make_interval(secs => $3) and id <> $1 returning id
            ), ghosts as (
                update active_session set node_id = null where node_id in (select id from dead)
            )
            insert into node (id, version) values ($1, $2)
            on conflict on constraint node_pk do update set heartbeat_at = now()""";

    private final UUID id = UUID.randomUUID();
    private final ClusterConfig config;
    private final Statements statements;

    Node(ClusterConfig config, Statements statements) {
        this.config = config;
        this.statements = statements;
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
        var arguments =
                Tuple.of(id, config.version(), (double) config.deadAfter().toSeconds());
        statements
                .run(HEARTBEAT, arguments, config.heartbeatInterval())
                .onFailure(fault -> LOG.debugf("Heartbeat not stored, will be again: %s", fault.getMessage()));
    }
}
