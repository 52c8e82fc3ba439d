package dev.parley.database;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How Parley uses its database. Where it is, is said by {@code DB_URL} or {@code quarkus.datasource.*}. */
@ConfigMapping(prefix = "parley.database")
public interface DatabaseConfig {

    PoolLimits pool();

    Embedded embedded();

    /** What happens if the database could lose what it acknowledged: {@code stop} in production, {@code warn} elsewhere. */
    @WithDefault("stop")
    Strictness durability();

    /** A connection attempt that takes longer has failed: a live server answers in milliseconds. */
    @WithDefault("5s")
    Duration connectTimeout();

    /** The server ends a statement that runs longer, so that a connection is not lost to it. No command of ours comes near. */
    @WithDefault("10s")
    Duration statementTimeout();

    /** The server ends a statement that waits longer for a lock: shorter than the statement's limit, so that the cause shows. */
    @WithDefault("5s")
    Duration lockTimeout();

    /** The server ends a transaction that is left open, with its row locks, by a process that was frozen or cut off. */
    @WithDefault("10s")
    Duration idleInTransactionTimeout();

    /** The limits of the connection pool. */
    interface PoolLimits {
        /** Connections at most ({@code DB_POOL_MAX}). Each is a server process; few are enough for grouped commits. */
        @WithDefault("16")
        int max();

        /** Who waits longer for a connection gets an error: better told soon than served late. */
        @WithDefault("5s")
        Duration acquireTimeout();

        /** Who finds so many waiting gets an error at once: the queue must not grow without bound. */
        @WithDefault("256")
        int maxWaiting();
    }

    /** The embedded server, which runs when no database is configured. */
    interface Embedded {
        /** Where it keeps its data ({@code PARLEY_DATA_DIR}); relative to the working directory. Read before the start. */
        @WithDefault(".parley")
        String directory();
    }

    /** What to do about a database that does not keep its word. */
    enum Strictness {
        STOP,
        WARN
    }
}
