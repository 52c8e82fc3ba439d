package dev.parley.log;

import dev.parley.database.Interrupted;
import dev.parley.protocol.EncodedEntry;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Where the log is kept. Every future ends within the store's time limit. It fails with {@link Interrupted} if the
 * store could not be asked or its answer was lost (the transaction may have been committed), and with anything else if
 * the store refused what it was asked and has written nothing.
 */
interface EntryStore {

    /**
     * Appends messages in one transaction, in this order; the outcomes are in the order of the lines. No two of them have
     * room, sender and cid in common.
     */
    Future<List<Appended>> append(List<Line> lines);

    /** Writes a line that changes its room, in a transaction of its own. */
    Future<Appended> change(Line line);

    /** The first entries above {@code after}, in order of seq. */
    Future<List<EncodedEntry>> above(UUID room, long after, int limit);

    /** The last entries below {@code before}, in order of seq. */
    Future<List<EncodedEntry>> below(UUID room, long before, int limit);

    /** The heads of those of the rooms that exist. */
    Future<Map<UUID, Long>> heads(Collection<UUID> rooms);
}
