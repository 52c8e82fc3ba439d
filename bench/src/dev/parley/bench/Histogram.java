package dev.parley.bench;

/** Counts durations in steps of at most 1.6 %, without allocating. */
final class Histogram {
    private static final int STEPS = 64;

    private final long[] counts = new long[64 * STEPS];
    private long total;

    void add(long nanos) {
        counts[slot(Math.max(nanos, 1))]++;
        total++;
    }

    void clear() {
        java.util.Arrays.fill(counts, 0);
        total = 0;
    }

    /** Milliseconds that this share of the durations does not exceed; NaN if there are none. */
    double millis(double share) {
        if (total == 0) {
            return Double.NaN;
        }
        long wanted = (long) Math.ceil(total * share);
        int slot = -1;
        for (long seen = 0; seen < wanted; seen += counts[slot]) {
            slot++;
        }
        return value(slot) / 1e6;
    }

    private static int slot(long nanos) {
        int magnitude = Math.max(0, 63 - Long.numberOfLeadingZeros(nanos) - 6);
        return magnitude * STEPS + (int) (nanos >>> magnitude);
    }

    private static long value(int slot) {
        int magnitude = Math.max(0, slot / STEPS - 1);
        return (long) (slot - magnitude * STEPS) << magnitude;
    }
}
