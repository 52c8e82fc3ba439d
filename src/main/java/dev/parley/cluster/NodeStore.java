package dev.parley.cluster;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Where nodes tell each other that they live. */
interface NodeStore {

    /**
     * Says that a node lives, forgets those that have not said so for {@code deadAfter}, and takes their connections off
     * the sessions: no ghosts. Answers with the nodes that it forgot; fails if the database did not answer within
     * {@code limit}.
     */
    Future<List<UUID>> beat(UUID node, String version, Duration deadAfter, Duration limit);

    /** Takes the node, and its connections, off the books. Fails if the database did not answer within {@code limit}. */
    Future<Void> leave(UUID node, Duration limit);
}
