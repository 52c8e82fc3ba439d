package dev.parley.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether the event loops run: each is given nothing to do, now and then, and is timed at it. All of them, since any may
 * be given a connection, a lane or a database connection. Thread-safe.
 */
@ApplicationScoped
class LoopWatch {
    private final List<Loop> loops = new ArrayList<>();

    LoopWatch(Vertx vertx, MeterRegistry metrics) {
        SocketInternals.eventLoops(vertx).forEach(executor -> loops.add(new Loop(executor)));
        TimeGauge.builder("parley.loop.lag", this, TimeUnit.NANOSECONDS, LoopWatch::worstNanos)
                .description("How long the slowest event loop took to get to what it was given last")
                .register(metrics);
    }

    /** Gives each loop something to do that has done what it was given before. */
    void look() {
        loops.forEach(Loop::look);
    }

    int loops() {
        return loops.size();
    }

    /** How long the slowest took, or has been taking up to now. */
    Duration worst() {
        return Duration.ofNanos(worstNanos());
    }

    private long worstNanos() {
        return loops.stream().mapToLong(Loop::nanos).max().orElse(0);
    }

    private static final class Loop {
        private final EventExecutor executor;
        /** When it was given what it has not done yet; 0 if it has. */
        private final AtomicLong givenAt = new AtomicLong();

        private volatile long took;

        Loop(EventExecutor executor) {
            this.executor = executor;
        }

        void look() {
            long now = System.nanoTime() | 1; // never 0
            if (givenAt.compareAndSet(0, now)) {
                executor.execute(() -> {
                    took = System.nanoTime() - now;
                    givenAt.set(0);
                });
            }
        }

        long nanos() {
            long given = givenAt.get();
            return given == 0 ? took : Math.max(took, System.nanoTime() - given);
        }
    }
}
