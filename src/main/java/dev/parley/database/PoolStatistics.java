package dev.parley.database;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads the pool's figures, at any moment, from any thread, without touching a connection. The client itself tells only
 * how many are open; who holds them is known to the meters that it feeds, and who waits to {@link Statements}: the meter
 * of its queue drifts when waiting ends by a limit.
 */
@Singleton
public class PoolStatistics {
    private final Pool pool;
    private final DatabaseConfig config;
    private final MeterRegistry meters;
    private final Statements statements;

    PoolStatistics(Pool pool, DatabaseConfig config, MeterRegistry meters, Statements statements) {
        this.pool = pool;
        this.statements = statements;
        this.config = config;
        this.meters = meters;
    }

    public PoolUse now() {
        return new PoolUse(config.pool().max(), pool.size(), active(), statements.waiting());
    }

    void publish(@Observes StartupEvent start) {
        gauge("max", "Connections at most", PoolUse::max);
        gauge("open", "Connections there are", PoolUse::open);
        gauge("in.use", "Connections that somebody holds", PoolUse::inUse);
        gauge("idle", "Open connections that nobody holds", PoolUse::idle);
        gauge("waiting", "Requests that wait for a connection", PoolUse::waiting);
    }

    private void gauge(String figure, String description, ToIntFunction<PoolUse> value) {
        Gauge.builder("parley.pool." + figure, this, statistics -> value.applyAsInt(statistics.now()))
                .description(description)
                .register(meters);
    }

    /** Zero until the pool was used for the first time. */
    private int active() {
        @Nullable
        Gauge gauge = meters.find("sql.pool.active")
                .tag("pool.name", PoolCreator.POOL_NAME)
                .gauge();
        return gauge == null ? 0 : (int) gauge.value();
    }
}
