package dev.parley.task;

import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.quarkus.scheduler.Scheduler;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A job of Quarkus' scheduler. */
final class RecurringTask implements Task {
    private final Chore chore;
    private final Duration limit;
    private final Runner.Attempt attempt;
    private final Scheduler scheduler;
    private final Runs runs;
    private final Runner runner;
    /** Raised by each cancellation: a run that was asked for before it does nothing, however late it begins. */
    private final AtomicInteger cancellations = new AtomicInteger();

    RecurringTask(Chore chore, Duration limit, Runner.Attempt attempt, Scheduler scheduler, Runs runs, Runner runner) {
        this.chore = chore;
        this.limit = limit;
        this.attempt = attempt;
        this.scheduler = scheduler;
        this.runs = runs;
        this.runner = runner;
    }

    /** From now on; says whether it was not so before. */
    synchronized boolean schedule() {
        if (isScheduled()) {
            return false;
        }
        var period = chore.period().toString();
        var run = asked();
        scheduler
                .newJob(chore.name())
                .setInterval(period)
                .setDelayed(period)
                // The runner lets no two runs in, wherever they come from, and counts those that it keeps out.
                .setConcurrentExecution(ConcurrentExecution.PROCEED)
                .setTask(_ -> run.run(), true)
                .schedule();
        return true;
    }

    /** From now on by the clock as it is now, if it is scheduled. */
    synchronized void startAnew() {
        if (isScheduled()) {
            var _ = scheduler.unscheduleJob(chore.name());
            var _ = schedule();
        }
    }

    /** A run as it is asked for now, for a virtual thread. Nothing comes of it once the task has been cancelled since. */
    Runnable asked() {
        int before = cancellations.get();
        return () -> runner.run(
                // Asked by a run that a cancellation can see already: whatever it does not see finds it here.
                () -> before == cancellations.get() ? attempt.run() : TaskOutcome.CANCELLED, limit);
    }

    @Override
    public synchronized void cancel() {
        if (isScheduled()) {
            var _ = scheduler.unscheduleJob(chore.name());
        }
        cancellations.incrementAndGet();
        runner.interrupt();
    }

    @Override
    public boolean awaitIdle(Duration wait) throws InterruptedException {
        return runner.awaitIdle(wait);
    }

    @Override
    public TaskView view() {
        var job = scheduler.getScheduledJob(chore.name());
        var tally = runs.tally();
        var last = tally.last();
        return new TaskView(
                chore.name(),
                TaskKind.RECURRING,
                "every " + chore.period().toSeconds() + " s" + (chore.oncePerCluster() ? ", on one node" : ""),
                job == null,
                tally.created(),
                tally.count(),
                tally.failures(),
                tally.skipped(),
                last == null ? null : last.outcome(),
                last == null ? null : last.ended(),
                last == null ? null : last.took(),
                job == null ? null : job.getNextFireTime(),
                runner.runningSince(),
                0);
    }

    private boolean isScheduled() {
        return scheduler.getScheduledJob(chore.name()) != null;
    }
}
