package dev.parley.session;

import java.util.UUID;

/**
 * A client was given a new session. Once for each.
 *
 * @param stored whether the database has it; if not, it will as soon as it is back
 */
public record SessionBegan(UUID account, UUID session, boolean stored) {}
