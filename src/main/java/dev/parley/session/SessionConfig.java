package dev.parley.session;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The life of sessions. */
@ConfigMapping(prefix = "parley.session")
interface SessionConfig {

    /**
     * How long a session can be resumed after it was last connected: a month, so that a holiday does not end it. At least
     * ten times {@link #flushInterval()}.
     */
    @WithDefault("30d")
    Duration life();

    /** Most sessions of one account. A new one beyond it ends the one that is not connected and was seen least lately. */
    @WithDefault("50")
    int perAccount();

    /** How often cursors and attachments are stored: what a crash can cost a client is this much of them. Whole seconds. */
    @WithDefault("1s")
    Duration flushInterval();

    /** Most sessions written by one statement. */
    @WithDefault("1000")
    int flushSessions();

    /** How often it is read which sessions other nodes have ended: within twice as long they end here. Whole seconds. */
    @WithDefault("2s")
    Duration revocationInterval();

    /** How often expired sessions are deleted, and how long a run may take at most. Whole seconds. */
    @WithDefault("10s")
    Duration cleanupInterval();

    /** Sessions kept in memory, so that they can come back while the database is away. */
    @WithDefault("100000")
    long cachedSessions();

    /**
     * Most sessions that wait to be stored since they began while the database was away. A new one beyond it is refused as
     * unavailable.
     */
    @WithDefault("100000")
    int unstored();

    /** How long a statement may take before hello is answered from memory. */
    @WithDefault("2s")
    Duration statementLimit();
}
