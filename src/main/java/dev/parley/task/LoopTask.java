package dev.parley.task;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Work that goes on for ever: started again, after a pause, whenever it ends. */
final class LoopTask implements Task {
    private final String name;
    private final Work work;
    private final Duration pause;
    private final Runs runs;
    private final Runner runner;
    private final Thread thread;
    private volatile boolean cancelled;

    LoopTask(String name, Work work, Duration pause, Runs runs, Runner runner) {
        this.name = name;
        this.work = work;
        this.pause = pause;
        this.runs = runs;
        this.runner = runner;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::live);
    }

    void start() {
        thread.start();
    }

    private void live() {
        while (!cancelled) {
            runner.run(
                    () -> {
                        if (cancelled) { // a moment before this run could be interrupted
                            return TaskOutcome.CANCELLED;
                        }
                        work.run();
                        return TaskOutcome.SUCCEEDED;
                    },
                    null);
            if (!cancelled) {
                LockSupport.parkNanos(pause.toNanos());
            }
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        runner.interrupt();
        LockSupport.unpark(thread);
    }

    @Override
    public boolean awaitIdle(Duration limit) throws InterruptedException {
        return thread.join(limit);
    }

    @Override
    public TaskView view() {
        var tally = runs.tally();
        var last = tally.last();
        return new TaskView(
                name,
                TaskKind.LOOP,
                "always, again " + pause.toMillis() + " ms after its end",
                cancelled,
                tally.created(),
                tally.count(),
                tally.failures(),
                tally.skipped(),
                last == null ? null : last.outcome(),
                last == null ? null : last.ended(),
                last == null ? null : last.took(),
                null,
                runner.runningSince(),
                0);
    }
}
