package dev.parley.cluster;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Where nodes tell each other that they live. */
interface NodeStore {

    /**
     * Says that a node lives, forgets those that have not said so for {@code deadAfter}, and takes nodes that are not there
     * off the sessions that were not stored for as long: no ghosts. Fails if the database did not answer within
     * {@code limit}.
     */
    Future<Beat> beat(UUID node, String version, Duration deadAfter, Duration limit);

    /**
     * What a heartbeat found.
     *
     * @param enteredAt since when the node is on the books, by the database's clock: another time than before if the others
     *     had forgotten it meanwhile
     * @param lost the nodes that were forgotten now
     * @param others how many other nodes live
     */
    record Beat(Instant enteredAt, List<UUID> lost, long others) {}

    /** Takes the node, and its connections, off the books. Fails if the database did not answer within {@code limit}. */
    Future<Void> leave(UUID node, Duration limit);
}
