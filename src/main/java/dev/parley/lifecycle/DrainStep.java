package dev.parley.lifecycle;

import java.time.Duration;
import java.util.Locale;

/**
 * The steps of a stop, in their order, each with the part of the deadline that it may take. The parts make less than a
 * whole: what the platform closes by itself (HTTP, the pool, the embedded database) has the rest.
 */
public enum DrainStep {
    /** 503 and {@code Retry-After} for who comes now; readiness is down already. */
    UPGRADES_REFUSED(0),
    /** The last wave has begun: nobody is listened to any more. */
    CLIENTS_SENT_AWAY(0.30),
    /** What clients had asked before, by sockets and REST; from here on REST requests are refused. */
    COMMANDS_ANSWERED(0.25),
    /** By the clients' answers to our close; the others are cut. While some close, they have what answers left of their part too. */
    SOCKETS_CLOSED(0.12),
    TASKS_CANCELLED(0.10),
    /** Cursors, and that nobody is connected here: after the sockets, whose ends are part of it. */
    SESSIONS_STORED(0.10),
    /** Off the books, and last: sessions that are stored later would name a node that is not there. */
    NODE_LEFT(0.05);

    private final double part;
    private final String wireName = name().toLowerCase(Locale.ROOT);

    DrainStep(double part) {
        this.part = part;
    }

    /** Its part of the deadline. */
    Duration limit(Duration deadline) {
        return Duration.ofNanos((long) (deadline.toNanos() * part));
    }

    /** As metrics and operators see it. */
    public String wireName() {
        return wireName;
    }

    /** As the log says it. */
    String text() {
        return wireName.replace('_', ' ');
    }
}
