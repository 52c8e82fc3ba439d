package dev.parley.gateway;

import dev.parley.protocol.ClientFrame;
import dev.parley.protocol.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** What the gateway counts. Tags come from enums and sealed types only: their number is known. */
@ApplicationScoped
class GatewayMetrics {
    private final MeterRegistry metrics;
    private final ConcurrentHashMap<Class<?>, Timer> served = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Class<?>, Counter> faults = new ConcurrentHashMap<>();

    GatewayMetrics(MeterRegistry metrics, Attached attached) {
        this.metrics = metrics;
        Gauge.builder("parley.connections.attached", attached, Attached::count)
                .description("Connections that are attached to a session")
                .register(metrics);
    }

    /** A command was answered: as it deserved, or by our own fault. */
    void served(ClientFrame frame, boolean well, long beganNanos) {
        served.computeIfAbsent(frame.getClass(), this::timer)
                .record(System.nanoTime() - beganNanos, TimeUnit.NANOSECONDS);
        if (!well) {
            faults.computeIfAbsent(frame.getClass(), this::faults).increment();
        }
    }

    /** A message was not a command. */
    void refused(ErrorCode code) {
        Counter.builder("parley.frames.refused")
                .description("Messages that were not a command of the protocol")
                .tag("code", code.wireName())
                .register(metrics)
                .increment();
    }

    private Timer timer(Class<?> frame) {
        return Timer.builder("parley.commands")
                .description("From a command's arrival to its answer")
                .tag("type", type(frame))
                .publishPercentileHistogram()
                .register(metrics);
    }

    private Counter faults(Class<?> frame) {
        return Counter.builder("parley.commands.faults")
                .description("Commands that failed by a fault of ours, or because the database was away")
                .tag("type", type(frame))
                .register(metrics);
    }

    /** The frame's type on the wire. */
    static String type(Class<?> frame) {
        return frame.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }
}
