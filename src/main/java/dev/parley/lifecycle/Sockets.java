package dev.parley.lifecycle;

import java.time.Duration;

/** The sockets of this node, as a drain sees them: the gateway's part of it. Thread-safe; nothing waits unless it says so. */
public interface Sockets {

    /** From now on each upgrade is refused with 503 and {@code Retry-After}. */
    void refuseUpgrades();

    /** Takes {@link #refuseUpgrades} back. */
    void acceptUpgrades();

    /** Sockets that are open. */
    int open();

    /** Commands without an answer. */
    int commands();

    /**
     * Sends one in so many of those away who were not yet: they are listened to no more, answered what they have asked,
     * told {@code bye} and closed with 1012.
     */
    void sendAway(int oneIn);

    /** Says {@code bye} to all who are still here, and closes them, whether they are answered or not. */
    void end();

    /** Cuts all that are still open. */
    void cut();

    /** Waits until no command is without an answer, and tells how many are; not on an event loop. */
    int awaitAnswers(Duration limit) throws InterruptedException;

    /** Waits until no socket is open, and tells how many are; not on an event loop. */
    int awaitClosed(Duration limit) throws InterruptedException;
}
