package dev.parley.database;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How Parley uses its database. Where it is, is said by {@code DB_URL} or {@code quarkus.datasource.*}. */
@ConfigMapping(prefix = "parley.database")
public interface DatabaseConfig {

    PoolLimits pool();

    Breaker breaker();

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

    /** The server ends a statement that waits longer for a lock: much longer than a commit, much shorter than any limit. */
    @WithDefault("500ms")
    Duration lockTimeout();

    /** The server ends a transaction that is left open, with its row locks, by a process that was frozen or cut off. */
    @WithDefault("10s")
    Duration idleInTransactionTimeout();

    /** The limits of the connection pool. */
    interface PoolLimits {
        /** Connections at most ({@code DB_POOL_MAX}), two or more. Each is a server process; few are enough for grouped commits. */
        @WithDefault("16")
        int max();

        /** Connections kept open ({@code DB_POOL_MIN}), or all there may be, so that a sudden load does not wait for them. */
        @WithDefault("4")
        int min();

        /** Connections that only commits may take: however many read, a send finds one. */
        @WithDefault("2")
        int reserved();

        /** From this usage on, in percent and for some seconds, the log warns. */
        @WithDefault("80")
        int warnPercent();

        /** From this usage on an alert is raised: nearly all are in use, or requests wait. */
        @WithDefault("95")
        int alertPercent();

        /** How long after a warning none is repeated. */
        @WithDefault("1m")
        Duration quiet();

        /** How long the pool may be exhausted before the node says that it is not ready for more. */
        @WithDefault("10s")
        Duration exhaustedLimit();

        /** Who waits longer for a connection gets an error: better told soon than served late. */
        @WithDefault("5s")
        Duration acquireTimeout();

        /** Who finds so many waiting gets an error at once: the queue must not grow without bound. */
        @WithDefault("256")
        int maxWaiting();
    }

    /** When the database counts as away, and statements fail at once. */
    interface Breaker {
        /** How many of the last statements are looked at. */
        @WithDefault("20")
        int window();

        /** Which part of them must have found nobody. */
        @WithDefault("0.5")
        double failureRatio();

        /** After which time one statement is let through again, to see. */
        @WithDefault("1s")
        Duration delay();
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
