package dev.parley.testing;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was really done to a program in the present test, and how long it took to recover at worst: a test that could not
 * inject its fault has shown nothing. Thread-safe; tests run one after another in a process.
 */
public final class Faults {
    private static final Map<String, Integer> INJECTED = new TreeMap<>();
    private static Duration worst = Duration.ZERO;

    private Faults() {}

    /** Such a fault has happened: to be said after it was seen to. */
    public static void injected(String fault) {
        injected(fault, 1);
    }

    public static synchronized void injected(String fault, int times) {
        if (times > 0) {
            INJECTED.merge(fault, times, Integer::sum);
        }
    }

    /** From a fault, or from its end if it lasted, until all was as before. */
    public static synchronized void recoveredIn(Duration time) {
        worst = time.compareTo(worst) > 0 ? time : worst;
    }

    /** How often each fault, by name. */
    public static synchronized Map<String, Integer> all() {
        return new TreeMap<>(INJECTED);
    }

    public static synchronized Duration worstRecovery() {
        return worst;
    }

    /** A test begins. */
    public static synchronized void forget() {
        INJECTED.clear();
        worst = Duration.ZERO;
    }
}
