package dev.parley.presence;

import java.util.UUID;

/** Somebody started or stopped typing in a room. Not repeated within a second while nothing changes; may be dropped. */
public record TypingChanged(UUID room, UUID account, boolean on) {}
