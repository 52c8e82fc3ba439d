package dev.parley.gateway;

import dev.parley.log.Heads;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.netty.channel.EventLoop;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/** Shows how far the readers of this node are behind. Each event loop reports what it saw last. Thread-safe. */
@Startup // its meters are there before there is anything to count: a rate needs a zero to begin with
@ApplicationScoped
class Backlogs {
    private final ConcurrentHashMap<EventLoop, Backlog> byLoop = new ConcurrentHashMap<>();

    Backlogs(Heads heads, MeterRegistry metrics) {
        Gauge.builder("parley.rooms.open", heads, Heads::rooms)
                .description("Rooms that somebody here reads, or is about to")
                .register(metrics);
        Gauge.builder("parley.readers", this, all -> all.sum(Backlog::readers))
                .description("Open rooms, summed over all connections")
                .register(metrics);
        Gauge.builder("parley.readers.behind", this, all -> all.sum(Backlog::behind))
                .description("Readers that have been behind their room for more than a second")
                .register(metrics);
        TimeGauge.builder("parley.delivery.oldest.undelivered", this, TimeUnit.SECONDS, Backlogs::longest)
                .description(
                        "For how long a reader has been behind that does not wait for its client's acknowledgement")
                .register(metrics);
    }

    void report(EventLoop loop, Backlog seen) {
        byLoop.put(loop, seen);
    }

    private int sum(ToIntFunction<Backlog> part) {
        return byLoop.values().stream().mapToInt(part).sum();
    }

    private double longest() {
        return byLoop.values().stream().mapToDouble(Backlog::seconds).max().orElse(0);
    }
}
