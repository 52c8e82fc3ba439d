package dev.parley.session;

import java.util.Map;
import java.util.UUID;

/** A client says how far it has kept the rooms it reads. Often; not answered. */
public record CursorsAcknowledged(Session session, Map<UUID, Long> cursors) {}
