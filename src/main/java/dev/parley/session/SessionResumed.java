package dev.parley.session;

import java.util.UUID;

/** A client came back to its session, as {@code generation}. Once for each attachment but the first. */
public record SessionResumed(UUID account, UUID session, long generation) {}
