package dev.parley.account;

import dev.parley.protocol.InvalidField;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import org.jspecify.annotations.Nullable;

/**
 * A password within the rules, in NFC so that two keyboards agree on it. It never shows itself in a log.
 *
 * @param text 8 to 72 bytes of UTF-8 without NUL: bcrypt reads no more than 72 bytes, and repeats a short password with
 *     a NUL in between, so that {@code a} and {@code a\0a} would be the same to it
 */
record Password(String text) {
    static final int MIN_BYTES = 8;
    static final int MAX_BYTES = 72;

    /** Throws {@link InvalidField} if this cannot be a password. */
    static Password of(@Nullable String given) {
        if (given == null) {
            throw new InvalidField("password is missing");
        }
        // Composing makes a text at most three times shorter: what is longer than this cannot fit.
        var text = given.length() > 4 * MAX_BYTES ? given : Normalizer.normalize(given, Normalizer.Form.NFC);
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < MIN_BYTES || bytes > MAX_BYTES) {
            throw new InvalidField("password must have %d to %d bytes of UTF-8: bcrypt reads no more than %d"
                    .formatted(MIN_BYTES, MAX_BYTES, MAX_BYTES));
        }
        if (text.codePoints().anyMatch(c -> c == 0 || Character.getType(c) == Character.SURROGATE)) {
            throw new InvalidField("password holds a NUL character or half a surrogate pair");
        }
        return new Password(text);
    }

    @Override
    public String toString() {
        return "Password[***]";
    }
}
