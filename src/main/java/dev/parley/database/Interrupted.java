package dev.parley.database;

/** The database was not reached or did not answer in time: the outcome of the statement is not known. */
public final class Interrupted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Interrupted(Throwable cause) {
        super(String.valueOf(cause.getMessage()), cause);
    }
}
