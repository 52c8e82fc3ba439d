package dev.parley.task;

/** What a task does. On a virtual thread: it may wait, and is interrupted when its time is over or it is cancelled. */
@FunctionalInterface
public interface Work {

    /**
     * Does it once.
     *
     * @throws Postponed if it cannot be done now, for a reason that is known and told elsewhere
     * @throws Exception if it failed: logged once, counted each time
     */
    void run() throws Exception;
}
