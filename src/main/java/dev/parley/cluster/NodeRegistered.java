package dev.parley.cluster;

import java.util.UUID;

/**
 * This node was entered in the books, where it was not: after its start, and whenever the others took it for dead in the
 * meantime and its connections off the sessions. Fires after the commit, on any thread.
 */
public record NodeRegistered(UUID node) {}
