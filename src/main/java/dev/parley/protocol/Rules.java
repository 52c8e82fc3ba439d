package dev.parley.protocol;

import java.util.Collection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The bounds of what a frame may hold. Each check throws {@link InvalidField} naming the field. */
public final class Rules {
    /** Most entries in one page, and the most that {@code open} answers with. */
    public static final int MAX_PAGE = 200;

    /** Most entries of one room that a client may let be on their way unacknowledged. */
    public static final int MAX_WINDOW = 100_000;

    static final int MAX_ID = 64;
    static final int MAX_CID = 64;
    static final int MAX_NAME = 128;
    static final int MAX_SECRET = 128;
    static final int MAX_MENTIONS = 50;
    static final int MAX_USERS = 100;

    private Rules() {}

    static void optionalId(@Nullable String id) {
        optionalText("id", id, MAX_ID);
    }

    static void cid(@Nullable String cid) {
        text("cid", cid, MAX_CID);
    }

    static void present(String field, @Nullable Object value) {
        if (value == null) {
            throw new InvalidField(field + " is missing");
        }
    }

    static void optionalText(String field, @Nullable String value, int maxLength) {
        if (value != null) {
            text(field, value, maxLength);
        }
    }

    /** 1 to {@code maxLength} chars that PostgreSQL can store and UTF-8 can carry: no NUL, no lone surrogate. */
    static void text(String field, @Nullable String value, int maxLength) {
        present(field, value);
        var text = Objects.requireNonNull(value);
        if (text.isEmpty()) {
            throw new InvalidField(field + " must not be empty");
        }
        if (text.length() > maxLength) {
            throw new InvalidField(field + " may have at most " + maxLength + " characters");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new InvalidField(field + " holds a NUL character");
            }
            if (Character.isSurrogate(c)) {
                boolean paired = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!paired) {
                    throw new InvalidField(field + " holds half a surrogate pair");
                }
                i++;
            }
        }
    }

    static void seq(String field, @Nullable Long seq) {
        if (seq != null && seq < 0) {
            throw new InvalidField(field + " must not be negative");
        }
    }

    static void positive(String field, @Nullable Long seq) {
        if (seq != null && seq < 1) {
            throw new InvalidField(field + " must be positive");
        }
    }

    static void range(String field, @Nullable Integer value, int min, int max) {
        if (value != null && (value < min || value > max)) {
            throw new InvalidField(field + " must be " + min + " to " + max);
        }
    }

    static void count(String field, @Nullable Collection<?> values, int max) {
        if (values == null) {
            return;
        }
        if (values.size() > max) {
            throw new InvalidField(field + " may have at most " + max + " items");
        }
        values.forEach(value -> present(field, value));
    }
}
