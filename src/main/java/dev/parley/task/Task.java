package dev.parley.task;

import java.time.Duration;

/** Background work under a name. Thread-safe. */
sealed interface Task permits RecurringTask, DelayedTask, LoopTask {

    TaskView view();

    /** Nothing of it starts any more, and what runs is interrupted. Does not wait. */
    void cancel();

    /** Waits for what runs; says whether nothing does any more. */
    boolean awaitIdle(Duration limit) throws InterruptedException;
}
