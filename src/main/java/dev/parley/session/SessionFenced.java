package dev.parley.session;

import java.util.UUID;

/** Another node has the session now: a connection of this node that attached as {@code generation} or before is fenced off. */
public record SessionFenced(UUID session, long generation) {}
