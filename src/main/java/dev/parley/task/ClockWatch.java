package dev.parley.task;

import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Notices that the machine's clock was set back. Quarkus' scheduler goes by that clock: set back by an hour, it would start
 * nothing for an hour, no heartbeat, no ping, no sweep. So all schedules start anew.
 */
@ApplicationScoped
class ClockWatch {
    private static final Logger LOG = Logger.getLogger(ClockWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    /** Less is made up for by the scheduler, one run late. */
    private static final Duration TOLERANCE = Duration.ofMillis(500);

    private final Clock clock;
    private final TaskManager tasks;
    /** The clock's time less the time that has passed on a clock that nobody sets. */
    private Duration offset;

    ClockWatch(Clock clock, TaskManager tasks) {
        this.clock = clock;
        this.tasks = tasks;
        this.offset = offset();
    }

    /** A timer of Vert.x, which goes by the clock that nobody sets. */
    void start(@Observes StartupEvent started, Vertx vertx) {
        vertx.setPeriodic(INTERVAL.toMillis(), _ -> look());
    }

    private void look() {
        var now = offset();
        var back = offset.minus(now);
        offset = now;
        if (back.compareTo(TOLERANCE) > 0) {
            LOG.warnf("The clock was set back by %d ms; recurring tasks are scheduled anew", back.toMillis());
            tasks.startAnew();
        }
    }

    private Duration offset() {
        return Duration.ofMillis(clock.millis()).minusNanos(System.nanoTime());
    }
}
