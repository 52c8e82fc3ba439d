package dev.parley.session;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Counts what becomes of sessions. Each is counted by one node, but for being fenced. */
@Startup // all are there to be seen before the first session is
@ApplicationScoped
class SessionMetrics {
    private final MeterRegistry metrics;
    private final Counter begunStored;
    private final Counter begunProvisional;
    private final Counter resumed;
    private final Counter expired;
    private final Counter replaced;
    private final Map<SessionRefused.Reason, Counter> refused = new EnumMap<>(SessionRefused.Reason.class);
    private final Map<SessionEnded.Cause, Counter> ended = new EnumMap<>(SessionEnded.Cause.class);

    SessionMetrics(MeterRegistry metrics, KnownSessions known) {
        this.metrics = metrics;
        Gauge.builder("parley.sessions", known, sessions -> sessions.here().size())
                .description("Sessions with a connection on this node")
                .strongReference(true)
                .register(metrics);
        begunStored = begun(true);
        begunProvisional = begun(false);
        resumed = counter("resumed", "Sessions that their clients came back to").register(metrics);
        expired = counter("expired", "Sessions deleted since nobody came back to them in time")
                .register(metrics);
        replaced = fenced("replaced");
        for (var reason : SessionRefused.Reason.values()) {
            refused.put(reason, refused(reason));
        }
        for (var cause : SessionEnded.Cause.values()) {
            ended.put(cause, ended(cause));
        }
    }

    void began(@Observes SessionBegan event) {
        (event.stored() ? begunStored : begunProvisional).increment();
    }

    void resumed(@Observes SessionResumed event) {
        resumed.increment();
    }

    void refused(@Observes SessionRefused event) {
        Objects.requireNonNull(refused.get(event.reason())).increment();
    }

    void ended(@Observes SessionEnded event) {
        Objects.requireNonNull(ended.get(event.cause())).increment();
    }

    void fenced(@Observes SessionFenced event) {
        replaced.increment();
    }

    void expired(int sessions) {
        expired.increment(sessions);
    }

    private Counter begun(boolean stored) {
        return counter("begun", "New sessions; those not stored began while the database was away")
                .tag("stored", Boolean.toString(stored))
                .register(metrics);
    }

    private Counter refused(SessionRefused.Reason reason) {
        return counter(
                        "refused",
                        "Sessions that were not given: not known, too many of the account connected, or unstored")
                .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                .register(metrics);
    }

    private Counter fenced(String by) {
        return counter("fenced", "Sessions that this node found replaced or ended by another one")
                .tag("by", by)
                .register(metrics);
    }

    private Counter ended(SessionEnded.Cause cause) {
        return switch (cause) {
            case LOGGED_OUT, REVOKED, DISPLACED ->
                counter(cause.name().toLowerCase(Locale.ROOT), "Sessions ended before their time, by why")
                        .register(metrics);
            case ELSEWHERE -> fenced("ended");
        };
    }

    private static Counter.Builder counter(String name, String description) {
        return Counter.builder("parley.session." + name).description(description);
    }
}
