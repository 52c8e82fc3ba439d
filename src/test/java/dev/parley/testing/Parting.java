package dev.parley.testing;

import java.time.Duration;

/**
 * An end of a connection that a client was welcomed on.
 *
 * @param bye whether the server announced it
 * @param code of the server's close frame, 0 if there was none
 * @param asked how long the server asked to stay away at least
 * @param away how long the client did, up to its next attempt
 */
public record Parting(boolean bye, int code, Duration asked, Duration away) {}
