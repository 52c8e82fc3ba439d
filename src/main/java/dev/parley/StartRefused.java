package dev.parley;

/**
 * A reason not to start that whoever runs Parley can act upon: a wrong value, a database that does not fit. The message
 * is one line, names the key or the place to look at, holds no secret, and is all that is printed.
 */
public final class StartRefused extends RuntimeException {
    public StartRefused(String message) {
        super(message);
    }

    public StartRefused(String message, Throwable cause) {
        super(message, cause);
    }
}
