package dev.parley.task;

/** A task's work cannot be done now, and nobody needs to look at the task for that: a database is away, say. */
public final class Postponed extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param cause is counted and logged by who found it */
    public Postponed(Throwable cause) {
        super(cause.getMessage(), cause, false, false);
    }
}
