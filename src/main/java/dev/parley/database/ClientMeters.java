package dev.parley.database;

import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/**
 * Keeps the database client's meters per connection out: it registers them anew for each connection, so that they show
 * the first connection for ever, and warns of it in the log. Those of the pool are right and stay.
 */
final class ClientMeters {
    ClientMeters() {}

    @Produces
    @Singleton
    static MeterFilter withoutThoseOfConnections() {
        return MeterFilter.denyNameStartsWith("postgresql.");
    }
}
