package dev.parley.gateway;

import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/**
 * Keeps the HTTP server's two timers of every connection out: some 300 bytes for each, and what they would tell is how long
 * sockets live that are meant to live for days. {@code parley.connections} counts the sockets; nobody counts the
 * connections of REST.
 */
final class ServerMeters {
    ServerMeters() {}

    @Produces
    @Singleton
    static MeterFilter withoutTimersOfConnections() {
        return MeterFilter.deny(id -> id.getName().equals("http.server.connections")
                || id.getName().equals("http.server.websocket.connections"));
    }
}
