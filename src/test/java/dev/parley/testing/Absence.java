package dev.parley.testing;

import java.time.Duration;

/**
 * A client was without service: from the end of its connection until it was welcomed again, whatever it waited for in
 * between, at the server's wish or not.
 *
 * @param closeCode how the connection was closed; 0 if it ended without a close frame
 */
public record Absence(int closeCode, Duration took) {}
