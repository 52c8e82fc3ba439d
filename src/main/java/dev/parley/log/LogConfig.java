package dev.parley.log;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The log's bounds. */
@ConfigMapping(prefix = "parley.log")
interface LogConfig {

    /** Lanes, each with one transaction in flight: more of them make more and smaller transactions, which cost more. */
    @WithDefault("1")
    int lanes();

    /** Most lines in one transaction: beyond it a batch gets no cheaper per line, only slower. */
    @WithDefault("1500")
    int batchLines();

    /** Most characters of payload in one transaction. */
    @WithDefault("1048576")
    int batchCharacters();

    /** Most lines that wait in one lane; what comes on top is refused as unavailable at once. */
    @WithDefault("40000")
    int queueLines();

    /** Most characters of payload that wait in one lane: what its queue may cost in memory. */
    @WithDefault("67108864")
    long queueCharacters();

    /** How long a line is tried while the database is away, before its sender hears unavailable. */
    @WithDefault("5s")
    Duration patience();

    /** How long one statement may take before its outcome counts as unknown: shorter than patience, for a second try. */
    @WithDefault("3s")
    Duration statementLimit();

    /** Rooms of a lane at most that wait beside it since their row is held: each may take a connection of its own. */
    @WithDefault("8")
    int sidings();

    /** What a sender is told to wait after unavailable. */
    @WithDefault("1s")
    Duration retryAfter();

    /** Bytes of recent entries kept in memory for readers that are a little behind. */
    @WithDefault("67108864")
    long tailBytes();

    /** How often the heads of rooms with local readers are compared with the database: whole seconds. */
    @WithDefault("2s")
    Duration sweepInterval();

    /** How long the sweep may not have succeeded before the node says that it is not ready. */
    @WithDefault("15s")
    Duration sweepLimit();
}
