package dev.parley.session;

/** A connection that was attached to the session as {@code generation} is closed. */
public record SessionDetached(Session session, long generation) {}
