package dev.parley.bench;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * How fast the cores are at the moment. On a shared host a neighbour on the other half of a core halves its speed, for a minute or
 * for an hour, and {@code /proc} shows nothing of it: only the same piece of work tells, by the CPU time that it takes.
 */
final class Cores implements AutoCloseable {
    /** So many times slower than at their best they measure the neighbour. */
    static final double SLOW = 1.3;

    private static final int CORES = Runtime.getRuntime().availableProcessors();
    private static final int SLICES = 5;
    private static final int STEPS = 12_000_000;
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final ExecutorService threads = Executors.newFixedThreadPool(CORES);
    private double best = Double.MAX_VALUE;
    /** Without it the compiler might leave the work out; what is in it, and that threads race for it, does not matter. */
    private long sink;

    /** How many times longer than at the best so far a piece of work takes on the slowest core; 1 is full speed. Takes a tenth of
     * a second. */
    double slowdown() throws Exception {
        double slowest = 0;
        for (var core : threads.invokeAll(Collections.<Callable<Double>>nCopies(CORES, this::slices))) {
            slowest = Math.max(slowest, core.get());
        }
        best = Math.min(best, slowest);
        return slowest / best;
    }

    /** Waits until they are at full speed, no longer than that. */
    void await(Duration patience) throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        while (slowdown() > SLOW && System.nanoTime() < deadline) {
            TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
        }
    }

    private double slices() {
        var clock = ManagementFactory.getThreadMXBean();
        var times = new double[SLICES];
        for (int i = 0; i < SLICES; i++) {
            long began = clock.getCurrentThreadCpuTime();
            sink += work();
            times[i] = clock.getCurrentThreadCpuTime() - began;
        }
        Arrays.sort(times);
        return times[SLICES / 2];
    }

    /** Independent chains, so that it asks for more of a core than half of it has. */
    private static long work() {
        long a = 1;
        long b = 2;
        long c = 3;
        long d = 4;
        long e = 5;
        long f = 6;
        for (int i = 0; i < STEPS; i++) {
            a ^= a << 13;
            b += b << 7;
            c ^= c >>> 5;
            d += d << 3;
            e ^= e << 11;
            f += f >>> 9;
            a += i;
            c += i;
            e += i;
        }
        return a ^ b ^ c ^ d ^ e ^ f;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
