package dev.parley.task;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What starts a task's runs. */
public enum TaskKind {
    /** The clock, again and again. */
    RECURRING,
    /** A request, once for each, after a delay. All that are under one name count as one task. */
    DELAYED,
    /** It runs for as long as the process does, and is started again when it ends. */
    LOOP;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
