package dev.parley.gateway;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.Duration;
import java.util.ArrayDeque;

/**
 * The wires of one event loop that hold frames to be flushed, in turn, a few at each turn of the loop. An idle loop
 * flushes at once. On a busy one, frames that are written meanwhile go out with those that still wait for their turn:
 * the price of a fan-out is the write call, and it is paid less often the more there is to do. Confined to its loop.
 */
final class Outbox {
    /** The loop looks at its sockets after every 64 tasks: so often that a fan-out does not keep it from reading. */
    private static final int FLUSHES_PER_TURN = 4;

    /**
     * A turn that comes so late is one of many tasks of a loop that is overloaded: with a few flushes each, what is said
     * would wait the longer the more the loop has to do.
     */
    private static final long LATE_NANOS = Duration.ofMillis(10).toNanos();

    /** However late it was, after a pause of the whole process for one: sockets want to be read, too. */
    private static final long LONGEST_TURN_NANOS = Duration.ofMillis(100).toNanos();

    private static final FastThreadLocal<Outbox> OF_THIS_LOOP = new FastThreadLocal<>() {
        @Override
        protected Outbox initialValue() {
            return new Outbox();
        }
    };

    private final ArrayDeque<Wire> waiting = new ArrayDeque<>();
    private boolean underWay;
    private long turnAskedAt;

    private Outbox() {}

    /** Has the wire flushed in its turn. On the wire's loop. */
    static void add(Wire wire) {
        OF_THIS_LOOP.get().add(wire, wire.loop());
    }

    private void add(Wire wire, EventLoop loop) {
        waiting.add(wire);
        if (!underWay) {
            askForTurn(loop);
        }
    }

    private void askForTurn(EventLoop loop) {
        underWay = true;
        turnAskedAt = System.nanoTime();
        loop.execute(() -> flushSome(loop));
    }

    private void flushSome(EventLoop loop) {
        try {
            long began = System.nanoTime();
            long late = Math.min(began - turnAskedAt, LONGEST_TURN_NANOS);
            for (int i = 0; i < FLUSHES_PER_TURN && !waiting.isEmpty(); i++) {
                waiting.remove().flush();
            }
            while (late > LATE_NANOS && !waiting.isEmpty() && System.nanoTime() - began < late) {
                waiting.remove().flush();
            }
        } finally { // what is wrong with one wire must not hold up the others
            underWay = false;
            if (!waiting.isEmpty()) {
                askForTurn(loop);
            }
        }
    }
}
