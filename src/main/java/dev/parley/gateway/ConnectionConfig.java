package dev.parley.gateway;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What a connection may cost and how long it may be silent. */
@ConfigMapping(prefix = "parley.connection")
interface ConnectionConfig {

    /** How long a client may take from the upgrade to hello. */
    @WithDefault("10s")
    Duration helloLimit();

    /** How often the server pings; told to the client as {@code ping_ms}. Whole seconds. */
    @WithDefault("25s")
    Duration pingInterval();

    /** How long a client may be silent before it counts as dead: two pings and what they may take. */
    @WithDefault("60s")
    Duration silenceLimit();

    /** How long a backlog may not move at all before the socket is cut. */
    @WithDefault("30s")
    Duration stuckLimit();

    /** How often these limits are looked at: whole seconds. */
    @WithDefault("1s")
    Duration checkInterval();

    /** How long a command may go unanswered by its feature, each of which has a shorter limit of its own: then {@code timeout}. */
    @WithDefault("20s")
    Duration commandLimit();

    /** How long an event loop may not get to its work before the process counts as dead and asks to be restarted. */
    @WithDefault("20s")
    Duration loopLimit();

    /** Most rooms that one connection may have open. */
    @WithDefault("1000")
    int openRooms();

    /** Most bytes of entries put into one page for a reader that is behind; a page has at least one entry. */
    @WithDefault("65536")
    int pageBytes();

    /** How many hellos are answered at once; others wait in turn. Twice what the pool runs of them, so that it is busy. */
    @WithDefault("32")
    int admittedAtOnce();

    /** How long a welcome waits for the rooms of its resume, and how soon they are asked for again if that failed. */
    @WithDefault("1s")
    Duration reopenPause();

    /** In a drain: how long clients are asked to wait before they come back, so that somebody is there. */
    @WithDefault("1s")
    Duration comeBackAfter();

    /** In a drain: how much of chance each client is asked to add, so that those of a wave do not come back in one moment. */
    @WithDefault("1s")
    Duration comeBackJitter();
}
