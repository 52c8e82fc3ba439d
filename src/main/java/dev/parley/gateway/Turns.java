package dev.parley.gateway;

import java.util.ArrayDeque;

/**
 * Which of a connection's readers may fetch a page: a few at once, the others in turn. A client that resumes a thousand
 * rooms costs no more memory, and asks no more of the database at a time, than one with a handful. Confined to the
 * connection's event loop.
 */
final class Turns {
    /** Enough to have the next page on its way while one is written. */
    private static final int AT_ONCE = 4;

    private final ArrayDeque<Reader> waiting = new ArrayDeque<>(1);
    private int taken;

    /** Gives the reader a turn, or has it told by {@link Reader#turn()} when one is free. */
    boolean take(Reader reader) {
        if (taken < AT_ONCE) {
            taken++;
            return true;
        }
        waiting.add(reader);
        return false;
    }

    /** A turn that was taken is over. */
    void giveBack() {
        taken--;
        while (taken < AT_ONCE && !waiting.isEmpty()) {
            waiting.remove().turn();
        }
    }

    int taken() {
        return taken;
    }
}
