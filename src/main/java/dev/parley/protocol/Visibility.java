package dev.parley.protocol;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Who may know of a room: everybody, or its members only. */
public enum Visibility {
    PUBLIC,
    PRIVATE;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    @JsonValue
    public String wireName() {
        return wireName;
    }
}
