package dev.parley.gateway;

import dev.parley.gateway.Backlog.Cause;
import dev.parley.log.Heads;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.netty.channel.EventLoop;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Shows how far the readers of this node are behind. Each event loop reports what it saw last. Thread-safe. */
@ApplicationScoped
class Backlogs {
    private final ConcurrentHashMap<EventLoop, Backlog> byLoop = new ConcurrentHashMap<>();

    Backlogs(Heads heads, MeterRegistry metrics) {
        Gauge.builder("parley.rooms.open", heads, Heads::rooms)
                .description("Rooms that somebody here reads, or is about to")
                .register(metrics);
        Gauge.builder(
                        "parley.readers",
                        byLoop,
                        all -> all.values().stream().mapToInt(Backlog::readers).sum())
                .description("Open rooms, summed over all connections")
                .register(metrics);
        for (var cause : Cause.values()) {
            Gauge.builder(
                            "parley.readers.behind",
                            byLoop,
                            all -> all.values().stream()
                                    .mapToInt(backlog -> backlog.behind(cause))
                                    .sum())
                    .description("Readers that have been behind their room for more than a second, by what keeps them")
                    .tag("cause", cause.tag())
                    .register(metrics);
            TimeGauge.builder(
                            "parley.delivery.oldest.undelivered",
                            byLoop,
                            TimeUnit.SECONDS,
                            all -> all.values().stream()
                                    .mapToDouble(backlog -> backlog.seconds(cause))
                                    .max()
                                    .orElse(0))
                    .description("For how long the reader that is behind the longest has been, by what keeps it")
                    .tag("cause", cause.tag())
                    .register(metrics);
        }
    }

    void report(EventLoop loop, Backlog seen) {
        byLoop.put(loop, seen);
    }
}
