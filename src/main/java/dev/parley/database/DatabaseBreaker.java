package dev.parley.database;

import dev.parley.event.Events;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.smallrye.faulttolerance.api.Guard;
import jakarta.enterprise.util.TypeLiteral;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The circuit breaker around the database. While it is open, statements fail at once instead of waiting for a database
 * that is away; {@link DatabaseProbe} asks all the while, so that it closes by itself. Thread-safe.
 */
@Singleton
public class DatabaseBreaker {
    private static final Logger LOG = Logger.getLogger(DatabaseBreaker.class);
    /** Outages that follow each other more closely are told as one. */
    private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();

    private final Events events;
    private final Guard guard;
    private volatile CircuitBreakerState state = CircuitBreakerState.CLOSED;
    private volatile @Nullable Outage outage;
    private volatile String lastFault = "unknown";
    private @Nullable Long toldAt;

    /** @param told whether an operator was told of it */
    private record Outage(long beganNanos, boolean told) {}

    DatabaseBreaker(DatabaseConfig config, Events events, MeterRegistry metrics) {
        this.events = events;
        var limits = config.breaker();
        var prevented = Counter.builder("parley.breaker.prevented")
                .description("Statements that were not tried since the breaker was open")
                .register(metrics);
        this.guard = Guard.create()
                .withDescription("database")
                .withCircuitBreaker()
                .when(this::countsAsAway)
                .requestVolumeThreshold(limits.window())
                .failureRatio(limits.failureRatio())
                .delay(limits.delay().toMillis(), ChronoUnit.MILLIS)
                .successThreshold(1)
                .onStateChange(this::changed)
                .onPrevented(prevented::increment)
                .done()
                .build();
        for (var one : CircuitBreakerState.values()) {
            Gauge.builder("parley.breaker.state", this, breaker -> breaker.state == one ? 1 : 0)
                    .description("1 for the state that the database's circuit breaker is in")
                    .tag("state", wireName(one))
                    .register(metrics);
        }
    }

    /** The stage that the statement makes, or one that has failed with {@code CircuitBreakerOpenException}. */
    <T> CompletionStage<T> guard(Supplier<CompletionStage<T>> statement, TypeLiteral<CompletionStage<T>> type) {
        return guard.get(statement, type);
    }

    /** closed, open or half_open. */
    public String state() {
        return wireName(state);
    }

    public boolean isOpen() {
        return state == CircuitBreakerState.OPEN;
    }

    /** How long the database has been away: since the breaker opened and has not closed again; zero if it is there. */
    public Duration awayFor() {
        var current = outage;
        return current == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - current.beganNanos);
    }

    /** The same as a question that is asked for every message. */
    public boolean isAwayLongerThan(Duration patience) {
        var current = outage;
        return current != null && System.nanoTime() - current.beganNanos > patience.toNanos();
    }

    /** What the database was last found away by. */
    public String lastFault() {
        return lastFault;
    }

    private boolean countsAsAway(Throwable fault) {
        // A trial that found no connection has not reached the database either: it must not close the breaker.
        boolean away =
                Transience.isAway(fault) || (state == CircuitBreakerState.HALF_OPEN && Transience.isOurPool(fault));
        if (away) {
            lastFault = fault.getMessage() == null ? fault.getClass().getSimpleName() : fault.getMessage();
        }
        return away;
    }

    private synchronized void changed(CircuitBreakerState next) {
        var before = state;
        state = next;
        switch (next) {
            case OPEN -> opened();
            case CLOSED -> closed();
            case HALF_OPEN -> {}
        }
        events.fire(new BreakerChanged(wireName(before), wireName(next)));
    }

    private void opened() {
        if (outage != null) { // a trial has failed
            return;
        }
        long now = System.nanoTime();
        boolean tell = toldAt == null || now - toldAt > QUIET_NANOS;
        outage = new Outage(now, tell);
        if (tell) {
            toldAt = now;
            LOG.warnf(
                    "The database is away (%s): sends wait, then clients are told to come back; all goes on by itself when it answers",
                    lastFault);
        }
    }

    private void closed() {
        var over = outage;
        outage = null;
        if (over != null && over.told) {
            LOG.infof(
                    "The database is back after %d ms",
                    Duration.ofNanos(System.nanoTime() - over.beganNanos).toMillis());
        }
    }

    private static String wireName(CircuitBreakerState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
