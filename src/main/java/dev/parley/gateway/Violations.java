package dev.parley.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Map;
import org.jboss.logging.Logger;

/** Counts what the edge cut off, as {@code parley.gateway.violations}; one quiet line each, so no stranger fills the log. */
@Singleton
class Violations {
    private static final Logger LOG = Logger.getLogger(Violations.class);

    private final Map<Violation, Counter> counters = new EnumMap<>(Violation.class);

    Violations(MeterRegistry meters) {
        for (var violation : Violation.values()) {
            counters.put(
                    violation,
                    Counter.builder("parley.gateway.violations")
                            .description("Connections ended at the edge of the socket")
                            .tag("reason", violation.tag())
                            .register(meters));
        }
    }

    void record(Violation violation, Channel channel) {
        var counter = counters.get(violation);
        if (counter != null) {
            counter.increment();
        }
        LOG.debugf("Cut off for %s: %s", violation.tag(), channel);
    }
}
