package dev.parley.gateway;

/**
 * Checks UTF-8 as it arrives, in pieces cut anywhere (Unicode 3.9, table 3-7: no overlong forms, no surrogates, nothing
 * beyond U+10FFFF). It refuses at the first byte that no valid text can have. Not thread-safe.
 */
final class Utf8Check {
    private int missing;
    private int low = 0x80;
    private int high = 0xBF;

    /** Whether the text may still become valid with these bytes appended. */
    boolean accepts(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            int b = bytes[i];
            if (b >= 0 && missing == 0) {
                continue;
            }
            if (!(missing == 0 ? begins(b & 0xFF) : continues(b & 0xFF))) {
                return false;
            }
        }
        return true;
    }

    /** Whether the text ends on a whole character. */
    boolean complete() {
        return missing == 0;
    }

    void reset() {
        missing = 0;
        low = 0x80;
        high = 0xBF;
    }

    private boolean begins(int b) {
        if (b < 0xC2 || b > 0xF4) {
            return false;
        }
        missing = b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
        low = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80;
        high = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF;
        return true;
    }

    private boolean continues(int b) {
        boolean valid = b >= low && b <= high;
        missing--;
        low = 0x80;
        high = 0xBF;
        return valid;
    }
}
