package dev.parley.presence;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Who is online, by all nodes' sessions: whose session is connected, or was within {@code parley.presence.grace}; who has
 * logged out is not. Futures fail if the database did not answer, within bounded time.
 */
interface PresenceStore {

    /** The roster of each of the rooms that exists. */
    Future<Map<UUID, Roster>> rosters(List<UUID> rooms);

    /** Those of the users who are online and share a room with the account; itself too, if it is among them. */
    Future<List<UUID>> online(UUID account, List<UUID> users);
}
