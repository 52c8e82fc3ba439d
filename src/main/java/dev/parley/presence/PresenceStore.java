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

    /** Of those of the users who share a room with the account, and itself. */
    Future<Roster> acquaintances(UUID account, List<UUID> users);
}
