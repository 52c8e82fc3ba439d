package dev.parley.presence;

import java.util.UUID;

/** Somebody started or stopped typing in a room. Fires at most once a second for each account and room; may be dropped. */
public record TypingChanged(UUID room, UUID account, boolean on) {}
