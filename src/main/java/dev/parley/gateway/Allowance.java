package dev.parley.gateway;

/** So many per second, counted in fixed seconds: coarse, and free of cost where it is asked for every frame. */
final class Allowance {
    private static final long SECOND = 1_000_000_000L;

    private final int perSecond;
    private long secondBegan;
    private int taken;

    Allowance(int perSecond) {
        this.perSecond = perSecond;
    }

    /** Whether one more is allowed at this {@link System#nanoTime()}. */
    boolean take(long now) {
        if (now - secondBegan >= SECOND) {
            secondBegan = now;
            taken = 0;
        }
        taken++;
        return taken <= perSecond;
    }
}
