package dev.parley.account;

import dev.parley.protocol.InvalidField;
import java.text.Normalizer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A name that may be registered, and the key by which it is unique: two names with the same key are the same name.
 *
 * @param display as it is shown: trimmed, NFC
 * @param key as it is compared: NFKC, lower case by the rules of no country
 */
record AccountName(String display, String key) {
    static final int MAX_CHARACTERS = 64;

    /** Throws {@link InvalidField} if this cannot be a name. */
    static AccountName of(@Nullable String given) {
        if (given == null) {
            throw new InvalidField("name is missing");
        }
        // Normalising is linear, but there is no reason to do it to a megabyte; NFC shrinks a name by less than this.
        if (given.length() > 16 * MAX_CHARACTERS) {
            throw tooLongOrEmpty();
        }
        var trimmed = given.strip();
        if (trimmed.codePoints().anyMatch(AccountName::isForbidden)) {
            throw new InvalidField("name holds a control character or half a surrogate pair");
        }
        var display = Normalizer.normalize(trimmed, Normalizer.Form.NFC);
        // strip() leaves a no-break space, which the key's form turns into an ordinary one.
        var key = compatible(compatible(display).toLowerCase(Locale.ROOT)).strip();
        if (key.isEmpty() || display.codePointCount(0, display.length()) > MAX_CHARACTERS) {
            throw tooLongOrEmpty();
        }
        return new AccountName(display, key);
    }

    private static String compatible(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC);
    }

    /** What would break a log line or a terminal, or cannot be stored or sent at all. */
    private static boolean isForbidden(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                true;
            default -> false;
        };
    }

    private static InvalidField tooLongOrEmpty() {
        return new InvalidField("name must have 1 to " + MAX_CHARACTERS + " characters");
    }
}
