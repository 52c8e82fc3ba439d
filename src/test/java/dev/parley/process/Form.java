package dev.parley.process;

import java.time.Duration;

/** How much of the fault suite is run: the short form with every build, the long one by {@code -Plong}. */
final class Form {
    private static final boolean LONG = switch (System.getProperty("parley.fault", "short")) {
        case "short" -> false;
        case "long" -> true;
        default -> throw new IllegalArgumentException("-Dparley.fault is short or long");
    };

    private Form() {}

    static boolean isLong() {
        return LONG;
    }

    /** So many rounds in the short form, so many in the long one. */
    static int rounds(int inShort, int inLong) {
        return LONG ? inLong : inShort;
    }

    static Duration seconds(int inShort, int inLong) {
        return Duration.ofSeconds(rounds(inShort, inLong));
    }
}
