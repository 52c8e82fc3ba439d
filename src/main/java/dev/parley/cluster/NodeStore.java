package dev.parley.cluster;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Where nodes tell each other that they live. */
interface NodeStore {

    /**
     * Says that a node lives, forgets those that have not said so for {@code deadAfter}, and takes connections of nodes
     * that are not there off the sessions: no ghosts, once a session was not stored for that long either. Fails if the
     * database did not answer within {@code limit}.
     */
    Future<Beat> beat(UUID node, String version, Duration deadAfter, Duration limit);

    /**
     * What a heartbeat found.
     *
     * @param isNew whether the node was entered now: at its start, or since the others had forgotten it
     * @param lost the nodes that were forgotten now
     * @param others how many other nodes live
     */
    record Beat(boolean isNew, List<UUID> lost, long others) {}

    /** Takes the node, and its connections, off the books. Fails if the database did not answer within {@code limit}. */
    Future<Void> leave(UUID node, Duration limit);
}
