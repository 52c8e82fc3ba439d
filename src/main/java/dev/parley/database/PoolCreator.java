package dev.parley.database;

import dev.parley.StartRefused;
import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnectOptions;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Makes the one pool, with the limits that configuration keys of Quarkus do not reach.
 *
 * <p>Use it through {@link Statements}. Not by {@code pool.query} or {@code pool.preparedQuery}: when their connection
 * cannot be had, the client (vertx-sql-client issue 1706) logs an uncaught error for each, one acquire timeout later.
 */
@Singleton
class PoolCreator implements PgPoolCreator {
    /** The pool's name in metrics. */
    static final String POOL_NAME = "parley";

    private static final String APPLICATION_NAME = "parley";

    private static final int LEAST = 2;

    private final DatabaseConfig config;
    private volatile Optional<PgConnectOptions> connectOptions = Optional.empty();

    PoolCreator(DatabaseConfig config) {
        this.config = config;
    }

    @Override
    public Pool create(Input input) {
        List<PgConnectOptions> servers =
                input.pgConnectOptionsList().stream().map(this::withManners).toList();
        connectOptions = Optional.of(servers.getFirst());
        var limits = config.pool();
        if (limits.max() < LEAST) {
            throw new StartRefused("parley.database.pool.max (DB_POOL_MAX) must be at least " + LEAST + ", not "
                    + limits.max() + ": a task that runs on one node holds a connection while it works with another");
        }
        PoolOptions options = new PoolOptions(input.poolOptions())
                .setName(POOL_NAME)
                .setMaxSize(limits.max())
                .setMaxWaitQueueSize(limits.maxWaiting())
                .setConnectionTimeout(Math.toIntExact(limits.acquireTimeout().toMillis()))
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
        return PgBuilder.pool()
                .with(options)
                .connectingTo(List.<SqlConnectOptions>copyOf(servers))
                .using(input.vertx())
                .build();
    }

    /** How the pool connects, for a connection beside the pool; empty until the pool was made. */
    Optional<PgConnectOptions> connectOptions() {
        return connectOptions;
    }

    /** Session settings travel with the connection's first packet and cost no round trip. */
    private PgConnectOptions withManners(PgConnectOptions given) {
        var options = new PgConnectOptions(given);
        options.setConnectTimeout(Math.toIntExact(config.connectTimeout().toMillis()));
        options.setTcpKeepAlive(true);
        // Both are the client's own defaults; the throughput rests on them.
        options.setCachePreparedStatements(true);
        options.setTcpNoDelay(true);
        return options.addProperty("application_name", APPLICATION_NAME)
                .addProperty("synchronous_commit", "on")
                .addProperty("statement_timeout", millis(config.statementTimeout()))
                .addProperty("lock_timeout", millis(config.lockTimeout()))
                .addProperty("idle_in_transaction_session_timeout", millis(config.idleInTransactionTimeout()));
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }
}
