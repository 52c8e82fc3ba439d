package dev.parley.log;

import java.util.Locale;

/** What an entry is. The wire name is the constant's name in lower case. */
public enum Kind {
    MESSAGE,
    CREATE,
    JOIN,
    LEAVE;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    public String wireName() {
        return wireName;
    }

    /** Whether it changes the room or who is in it; such a line gets a transaction of its own. */
    boolean changesRoom() {
        return this != MESSAGE;
    }
}
