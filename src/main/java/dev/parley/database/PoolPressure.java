package dev.parley.database;

import dev.parley.database.PoolPressureChanged.Level;

/**
 * Judges the pool by a moving average of its usage, so that one busy moment is no pressure and one idle moment no ease.
 * Rises step by step and falls to ease only, well below where it rose. Not thread-safe.
 */
final class PoolPressure {
    /** Of the newest sample in the average: a load must last some seconds to count. */
    private static final double WEIGHT = 0.25;

    /** How far below the first threshold the average must be for ease, in percent of the pool. */
    private static final int HYSTERESIS = 20;

    private final int warnPercent;
    private final int alertPercent;
    private double average;
    private Level level = Level.EASE;

    PoolPressure(int warnPercent, int alertPercent) {
        this.warnPercent = warnPercent;
        this.alertPercent = alertPercent;
    }

    /** Takes one sample, a second or so after the one before. */
    Level sample(PoolUse use) {
        average += WEIGHT * (use.demandPercent() - average);
        if (average >= alertPercent) {
            level = Level.EXHAUSTED;
        } else if (average >= warnPercent && level == Level.EASE) {
            level = Level.BUSY;
        } else if (average < warnPercent - HYSTERESIS) {
            level = Level.EASE;
        }
        return level;
    }

    int averagePercent() {
        return (int) Math.round(average);
    }
}
