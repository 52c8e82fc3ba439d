package dev.parley.database;

import dev.parley.database.PoolPressureChanged.Level;
import dev.parley.event.Events;
import dev.parley.task.Chore;
import dev.parley.task.TaskManager;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jboss.logging.Logger;

/** Looks at the pool every second and says when it is too small for what is asked of it: once, not every second. */
@Singleton
public class PoolWatch {
    private static final Logger LOG = Logger.getLogger(PoolWatch.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final PoolStatistics statistics;
    private final DatabaseProbe probe;
    private final DatabaseBreaker breaker;
    private final DatabaseConfig.PoolLimits limits;
    private final Events events;
    private final PoolPressure pressure;
    private volatile Level level = Level.EASE;
    private volatile long levelSinceNanos = System.nanoTime();
    private final Map<Level, Long> toldAtNanos = new EnumMap<>(Level.class);
    private boolean told;

    PoolWatch(
            PoolStatistics statistics,
            DatabaseProbe probe,
            DatabaseBreaker breaker,
            DatabaseConfig config,
            Events events,
            MeterRegistry metrics) {
        this.statistics = statistics;
        this.probe = probe;
        this.breaker = breaker;
        this.limits = config.pool();
        this.events = events;
        this.pressure = new PoolPressure(limits.warnPercent(), limits.alertPercent());
        for (var one : Level.values()) {
            Gauge.builder("parley.pool.pressure", this, watch -> watch.level == one ? 1 : 0)
                    .description("1 for the pressure that the pool is under")
                    .tag("level", one.name().toLowerCase(Locale.ROOT))
                    .register(metrics);
        }
    }

    void start(@Observes StartupEvent started, TaskManager tasks) {
        tasks.every(Chore.every(PERIOD, "database.pool"), this::look);
    }

    public Level level() {
        return level;
    }

    /** Whether requests have been waiting for connections for as long as makes this node a bad choice for more. */
    boolean isExhaustedTooLong() {
        return level == Level.EXHAUSTED
                && System.nanoTime() - levelSinceNanos > limits.exhaustedLimit().toNanos();
    }

    private void look() {
        var use = statistics.now();
        if (use.demandPercent() >= limits.warnPercent() && isAway()) {
            return; // connections are held by who waits for the database, and more would be
        }
        var next = pressure.sample(use);
        if (next != level) {
            levelSinceNanos = System.nanoTime(); // first: a level must not be taken for as old as the one before
            level = next;
            tell(next, use);
            events.fire(new PoolPressureChanged(next, use));
        }
    }

    private boolean isAway() {
        return breaker.isOpen() || probe.failure().isPresent();
    }

    private void tell(Level next, PoolUse use) {
        if (next == Level.EASE) {
            if (told) {
                told = false;
                LOG.infof("The pool is at ease again: %s", figures(use));
            }
        } else if (isQuietOver(next)) {
            told = true;
            toldAtNanos.put(next, System.nanoTime());
            LOG.warnf(
                    "The pool is %d %% in use (on average of some seconds; now %s)%s: raise DB_POOL_MAX, as far as the server's max_connections allows,"
                            + " or look for slow statements. Nothing is lost; answers take longer",
                    pressure.averagePercent(), figures(use), next == Level.EXHAUSTED ? " and nearly exhausted" : "");
        }
    }

    private boolean isQuietOver(Level next) {
        var before = toldAtNanos.get(next);
        return before == null || System.nanoTime() - before > limits.quiet().toNanos();
    }

    private static String figures(PoolUse use) {
        return "%d of %d, %d waiting".formatted(use.inUse(), use.max(), use.waiting());
    }
}
