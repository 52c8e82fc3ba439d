package dev.parley.task;

import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.quarkus.scheduler.Scheduler;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Starts all background work, under a name. A failure is logged and never ends the schedule. */
@ApplicationScoped
public class TaskManager {
    private static final Logger LOG = Logger.getLogger(TaskManager.class);

    private final Scheduler scheduler;
    private final Vertx vertx;

    TaskManager(Scheduler scheduler, Vertx vertx) {
        this.scheduler = scheduler;
        this.vertx = vertx;
    }

    /**
     * Runs {@code work} again and again on a worker thread, first after one {@code period}; never beside itself.
     *
     * @param period whole seconds, at least one
     */
    public void every(String name, Duration period, Runnable work) {
        scheduler
                .newJob(name)
                .setInterval(period.toString())
                .setDelayed(period.toString())
                .setConcurrentExecution(ConcurrentExecution.SKIP)
                .setTask(_ -> run(name, work))
                .schedule();
    }

    /** Runs {@code work} once, on an event loop: it must not block. */
    public void after(String name, Duration delay, Runnable work) {
        vertx.setTimer(Math.max(1, delay.toMillis()), _ -> run(name, work));
    }

    private static void run(String name, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.warnf(e, "Task %s failed and will run again when it is due", name);
        }
    }
}
