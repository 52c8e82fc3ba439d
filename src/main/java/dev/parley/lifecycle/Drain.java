package dev.parley.lifecycle;

import dev.parley.StartRefused;
import dev.parley.event.Events;
import dev.parley.task.TaskManager;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets the clients of this node go, in waves, while all the rest works: before a stop, or when an operator says so, who may
 * take it back. A wave is as large as it has to be for at most {@link #MOST_WAVES} of them, which begin one after another
 * within the step's part of the deadline; a few clients are one wave and go at once. Thread-safe.
 */
@Startup // its gauge is there before there is a drain
@ApplicationScoped
public class Drain {
    private static final int MOST_WAVES = 20;
    /** So many more would fit into their time: waves of a busy node are late. */
    private static final int SPARE_WAVES = 5;

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final Sockets sockets;
    private final DrainSteps steps;
    private final DrainConfig config;
    private final TaskManager tasks;
    private final Events events;
    private final Clock clock;

    private @Nullable Instant since;
    private boolean stopping;
    /** Told apart from those that were taken back, whose next wave may still be due. */
    private int round;

    private int waves;
    private long wavesBegan;

    Drain(
            Sockets sockets,
            DrainSteps steps,
            DrainConfig config,
            TaskManager tasks,
            Events events,
            Clock clock,
            MeterRegistry metrics) {
        if (config.deadline().compareTo(SHORTEST) < 0 || config.waveSockets() < 1) {
            throw new StartRefused("parley.drain.deadline must be at least 1s, parley.drain.wave-sockets at least 1");
        }
        this.sockets = sockets;
        this.steps = steps;
        this.config = config;
        this.tasks = tasks;
        this.events = events;
        this.clock = clock;
        Gauge.builder("parley.draining", this, drain -> drain.isDraining() ? 1 : 0)
                .description("1 while this node lets its clients go, or has done so")
                .register(metrics);
    }

    /** Begins it, unless it has begun; says whether it had not. Returns at once. */
    public synchronized boolean begin() {
        if (since != null) {
            return false;
        }
        since = clock.instant();
        round++;
        long began = System.nanoTime();
        sockets.refuseUpgrades();
        steps.ended(DrainStep.UPGRADES_REFUSED, Duration.ofNanos(System.nanoTime() - began), 0);
        waves = Math.clamp(Math.ceilDiv(sockets.open(), config.waveSockets()), 1, MOST_WAVES);
        wavesBegan = System.nanoTime();
        wave(round);
        return true;
    }

    /** Serves again, if this is not a stop; who was sent away already comes back by itself. False if it is one. */
    public synchronized boolean takeBack() {
        if (stopping) {
            return false;
        }
        if (since != null) {
            since = null;
            waves = 0;
            steps.forget();
            sockets.acceptUpgrades();
            events.fire(new DrainTakenBack(sockets.open()));
        }
        return true;
    }

    public synchronized DrainView view() {
        var step = steps.current();
        return new DrainView(
                state(), since, step == null ? null : step.wireName(), sockets.open(), sockets.commands(), waves);
    }

    public synchronized boolean isDraining() {
        return since != null;
    }

    /** From now on it cannot be taken back. One that was begun goes on from where it is. */
    synchronized void stop() {
        stopping = true;
        boolean _ = begin();
    }

    /** Waits for the last wave to begin; answers with how many are still to come. */
    synchronized int awaitWaves(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        for (long left = limit.toMillis();
                waves > 0 && left > 0;
                left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) {
            wait(left);
        }
        return waves;
    }

    private String state() {
        if (stopping) {
            return "stopping";
        }
        if (since == null) {
            return "serving";
        }
        return waves == 0 && sockets.open() == 0 ? "drained" : "draining";
    }

    /** Goes on after the last one, as long as anybody is here: an upgrade may have been under way when they were refused. */
    private synchronized void wave(int ofRound) {
        if (since == null || ofRound != round) {
            return;
        }
        sockets.sendAway(Math.max(1, waves));
        if (waves > 0 && --waves == 0) {
            notifyAll();
            if (!stopping) {
                steps.ended(DrainStep.CLIENTS_SENT_AWAY, wavesTook(), 0);
            }
        }
        if (waves > 0 || sockets.open() > 0) {
            var pause = DrainStep.CLIENTS_SENT_AWAY.limit(config.deadline()).dividedBy(MOST_WAVES + SPARE_WAVES);
            tasks.after("drain.wave", pause, () -> wave(ofRound));
        } else if (!stopping) {
            steps.ended(DrainStep.SOCKETS_CLOSED, wavesTook(), 0);
        }
    }

    private Duration wavesTook() {
        return Duration.ofNanos(System.nanoTime() - wavesBegan);
    }
}
