package dev.parley.presence;

import java.util.UUID;

/** A client that has the room open says that its user types, or no longer. Not answered. */
public record TypingRequested(UUID account, UUID room, boolean on) {}
