package dev.parley.gateway;

import dev.parley.protocol.ClientFrame;
import dev.parley.protocol.CloseCode;
import dev.parley.protocol.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** What the gateway counts. Tags come from enums and sealed types only: their number is known. */
@ApplicationScoped
class GatewayMetrics {
    private static final int NO_CODE = 0;

    private final MeterRegistry metrics;
    private final ConcurrentHashMap<Class<?>, Served> served = new ConcurrentHashMap<>();
    private final Map<ErrorCode, Counter> refused = new EnumMap<>(ErrorCode.class);
    private final Map<Integer, Counter> closed = new HashMap<>();
    private final Counter closedOtherwise;

    /** The meters of one type of commands. */
    private record Served(Timer time, Map<Outcome, Counter> outcomes) {}

    GatewayMetrics(MeterRegistry metrics, Attached attached) {
        this.metrics = metrics;
        Gauge.builder("parley.connections.attached", attached, Attached::count)
                .description("Connections that are attached to a session")
                .register(metrics);
        for (var code : ErrorCode.values()) {
            refused.put(
                    code,
                    counter("parley.frames.refused", "Messages that were not a command of the protocol")
                            .tag("code", code.wireName())
                            .register(metrics));
        }
        closed.put(NO_CODE, closed("none"));
        for (var code : CloseCode.values()) {
            closed.put(code.code(), closed(String.valueOf(code.code())));
        }
        closedOtherwise = closed("other");
    }

    /** A command was answered, or has none to expect. */
    void served(ClientFrame frame, Outcome outcome, long beganNanos) {
        var meters = served.get(frame.getClass());
        if (meters == null) {
            meters = served.computeIfAbsent(frame.getClass(), this::served);
        }
        meters.time().record(System.nanoTime() - beganNanos, TimeUnit.NANOSECONDS);
        Objects.requireNonNull(meters.outcomes().get(outcome)).increment();
    }

    /** A message was not a command. */
    void refused(ErrorCode code) {
        Objects.requireNonNull(refused.get(code)).increment();
    }

    /** A socket is closed; with the code of the close frame that we sent, 0 if none. */
    void closed(int code) {
        closed.getOrDefault(code, closedOtherwise).increment();
    }

    private Served served(Class<?> frame) {
        var type = type(frame);
        var outcomes = new EnumMap<Outcome, Counter>(Outcome.class);
        for (var outcome : Outcome.values()) {
            outcomes.put(
                    outcome,
                    counter("parley.commands.outcomes", "Commands by what became of them")
                            .tag("type", type)
                            .tag("outcome", outcome.tag())
                            .register(metrics));
        }
        var time = Timer.builder("parley.commands")
                .description("From a command's arrival to its answer")
                .tag("type", type)
                .publishPercentileHistogram()
                .register(metrics);
        return new Served(time, outcomes);
    }

    private Counter closed(String code) {
        return counter("parley.connections.closed", "Sockets closed, by the code of our close frame")
                .tag("code", code)
                .register(metrics);
    }

    /** The frame's type on the wire. */
    static String type(Class<?> frame) {
        return frame.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }

    private static Counter.Builder counter(String name, String description) {
        return Counter.builder(name).description(description);
    }
}
