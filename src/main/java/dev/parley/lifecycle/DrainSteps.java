package dev.parley.lifecycle;

import dev.parley.event.Events;
import dev.parley.problem.FaultLog;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Does the steps of a drain, and tells of each: a line, an event, a time in the metrics. Thread-safe. */
@Singleton
class DrainSteps {
    private static final Logger LOG = Logger.getLogger(DrainSteps.class);

    private final DrainConfig config;
    private final Events events;
    private final FaultLog faults;
    private final MeterRegistry metrics;
    private volatile @Nullable DrainStep current;

    DrainSteps(DrainConfig config, Events events, FaultLog faults, MeterRegistry metrics) {
        this.config = config;
        this.events = events;
        this.faults = faults;
        this.metrics = metrics;
    }

    /** What is done within a limit; answers with what is left undone. */
    interface Work {
        int within(Duration limit) throws InterruptedException;
    }

    /**
     * What came of a step.
     *
     * @param left what is left undone, 0 if that is not known
     * @param unused what it left of its part of the deadline; negative if it took more
     */
    record Done(int left, Duration unused) {}

    /** Whatever it throws costs this step, not those after it. */
    Done perform(DrainStep step, Work work) throws InterruptedException {
        current = step;
        var limit = step.limit(config.deadline());
        long began = System.nanoTime();
        int left = 0;
        try {
            left = work.within(limit);
        } catch (RuntimeException fault) {
            var _ = faults.record("drain", "A step of a drain failed: " + step.text() + "; the next goes on", fault);
        }
        var took = Duration.ofNanos(System.nanoTime() - began);
        ended(step, took, left);
        return new Done(left, limit.minus(took));
    }

    /** A step that was done elsewhere. */
    void ended(DrainStep step, Duration took, int left) {
        current = step;
        Timer.builder("parley.drain.steps")
                .description("How long the steps of a drain took")
                .tag("step", step.wireName())
                .register(metrics)
                .record(took);
        LOG.infof("Drain: %s in %d ms%s", step.text(), took.toMillis(), left == 0 ? "" : ", " + left + " left");
        events.fire(new DrainStepEnded(step, took, left));
    }

    /** There is no drain any more. */
    void forget() {
        current = null;
    }

    /** The one that was begun or done last; null if there is no drain. */
    @Nullable
    DrainStep current() {
        return current;
    }
}
