package dev.parley.gateway;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;

/** What the gateway has to do at the moment. Thread-safe. */
@Startup // its meters are there before there is anything to count: a rate needs a zero to begin with
@ApplicationScoped
class Load {
    private final Tally connections = new Tally();
    private final Tally commands = new Tally();

    Load(MeterRegistry metrics) {
        Gauge.builder("parley.connections", connections, Tally::count)
                .description("Open WebSockets")
                .register(metrics);
        Gauge.builder("parley.commands.in_flight", commands, Tally::count)
                .description("Commands that are not answered yet")
                .register(metrics);
    }

    Tally connections() {
        return connections;
    }

    Tally commands() {
        return commands;
    }
}
