package dev.parley.task;

/** Keeps a task to one node at a time. */
public interface ClusterLock {

    /**
     * Does the work unless another node is at it; the lock ends with the work, or with this process. Says whether the
     * work was done.
     *
     * @throws Postponed if nobody could be asked for the lock
     * @throws Exception what the work throws
     */
    boolean runAlone(String task, Work work) throws Exception;
}
