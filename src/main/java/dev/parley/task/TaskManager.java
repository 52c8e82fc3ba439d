package dev.parley.task;

import dev.parley.event.Events;
import dev.parley.task.TaskChanged.Change;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.quarkus.scheduler.Scheduler;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Starts all background work, under a name, and knows how it goes. No run overlaps another of its task; each has a limit
 * of time; a failure is logged once and counted, and never ends the schedule. Thread-safe.
 */
@Singleton
public class TaskManager {
    private static final Logger LOG = Logger.getLogger(TaskManager.class);

    private final Scheduler scheduler;
    private final Vertx vertx;
    private final TaskConfig config;
    private final ClusterLock lock;
    private final Events events;
    private final Clock clock;
    private final MeterRegistry metrics;
    private final ConcurrentSkipListMap<String, Task> tasks = new ConcurrentSkipListMap<>();
    private volatile boolean stopped;

    TaskManager(
            Scheduler scheduler,
            Vertx vertx,
            TaskConfig config,
            ClusterLock lock,
            Events events,
            Clock clock,
            MeterRegistry metrics) {
        this.scheduler = scheduler;
        this.vertx = vertx;
        this.config = config;
        this.lock = lock;
        this.events = events;
        this.clock = clock;
        this.metrics = metrics;
    }

    /** Does the chore's work again and again, first after one period. */
    public void every(Chore chore, Work work) {
        var runs = new Runs(chore.name(), events, clock, metrics);
        var task = new RecurringTask(
                chore,
                chore.limit().orElse(config.limit()),
                chore.oncePerCluster() ? () -> alone(chore, work) : () -> anywhere(work),
                scheduler,
                runs,
                new Runner(runs, vertx, clock));
        register(chore.name(), task);
        TimeGauge.builder("parley.task.since.success", runs, TimeUnit.SECONDS, Runs::secondsSinceSuccess)
                .description("Since a recurring task last did its work, or was registered")
                .tag("task", chore.name())
                .register(metrics);
        var _ = task.schedule();
    }

    /** Does the work for as long as the process runs; when it ends or fails, it is started again after a pause. */
    public void always(String name, Work work) {
        var runs = new Runs(name, events, clock, metrics);
        var task = new LoopTask(name, work, config.loopPause(), runs, new Runner(runs, vertx, clock));
        register(name, task);
        task.start();
    }

    /** Does the work once, on the caller's event loop or some other: it must not block. Not after a stop. */
    public void after(String name, Duration delay, Runnable work) {
        if (stopped) {
            return;
        }
        var known = tasks.get(name);
        if (known == null) {
            known = tasks.computeIfAbsent(
                    name, _ -> new DelayedTask(name, vertx, new Runs(name, events, clock, metrics)));
        }
        if (!(known instanceof DelayedTask task)) {
            throw new IllegalArgumentException(name + " is not a delayed task");
        }
        task.after(delay, work);
    }

    /** In order of their names. */
    public List<TaskView> tasks() {
        return tasks.values().stream().map(Task::view).toList();
    }

    public Optional<TaskView> task(String name) {
        return Optional.ofNullable(tasks.get(name)).map(Task::view);
    }

    /**
     * Ends a task's schedule, interrupts its run and waits for that, at most {@code parley.task.cancel-limit}.
     *
     * @return whether nothing of it runs any more; empty if there is no such task
     */
    public Optional<Boolean> cancel(String name) throws InterruptedException {
        var task = tasks.get(name);
        if (task == null) {
            return Optional.empty();
        }
        task.cancel();
        events.fire(new TaskChanged(name, Change.CANCELLED));
        return Optional.of(task.awaitIdle(config.cancelLimit()));
    }

    /**
     * Starts a run of a recurring task now, on a thread of its own, beside its schedule; false if there is none such, or
     * after a stop.
     */
    public boolean trigger(String name) {
        if (!(tasks.get(name) instanceof RecurringTask task)) {
            return false;
        }
        var run = task.asked(); // first: a stop from here on takes it back
        if (stopped) {
            return false;
        }
        events.fire(new TaskChanged(name, Change.TRIGGERED));
        Thread.ofVirtual().name(name).start(run);
        return true;
    }

    /** Takes back the cancellation of a recurring task; false if there is none such, or it was not cancelled. */
    public boolean reschedule(String name) {
        if (stopped || !(tasks.get(name) instanceof RecurringTask task) || !task.schedule()) {
            return false;
        }
        events.fire(new TaskChanged(name, Change.RESCHEDULED));
        return true;
    }

    /** The clock was set: what recurs does so from now on by its new time. */
    void startAnew() {
        if (!stopped) {
            tasks.values().stream()
                    .filter(RecurringTask.class::isInstance)
                    .map(RecurringTask.class::cast)
                    .forEach(RecurringTask::startAnew);
        }
    }

    /**
     * Cancels all tasks for good. Before the last flushes, which must meet no other. Waits for what runs, but for all
     * together no longer than the limit, and answers with how many run on.
     */
    public int stop(Duration limit) throws InterruptedException {
        stopped = true;
        long deadline = System.nanoTime() + limit.toNanos();
        tasks.values().forEach(Task::cancel);
        int left = 0;
        for (var task : tasks.values()) {
            if (!task.awaitIdle(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
                left++;
                LOG.warnf(
                        "Task %s did not end when it was cancelled; it is left behind",
                        task.view().name());
            }
        }
        return left;
    }

    private void register(String name, Task task) {
        if (tasks.putIfAbsent(name, task) != null) {
            throw new IllegalArgumentException("there is a task " + name + " already");
        }
        Gauge.builder("parley.task.running", task, known -> known.view().runningSince() == null ? 0 : 1)
                .description("1 while the task runs")
                .tag("task", name)
                .register(metrics);
        events.fire(new TaskChanged(name, Change.REGISTERED));
    }

    private TaskOutcome alone(Chore chore, Work work) throws Exception {
        return lock.runAlone(chore.name(), work) ? TaskOutcome.SUCCEEDED : TaskOutcome.ELSEWHERE;
    }

    private static TaskOutcome anywhere(Work work) throws Exception {
        work.run();
        return TaskOutcome.SUCCEEDED;
    }
}
