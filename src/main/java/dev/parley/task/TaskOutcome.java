package dev.parley.task;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a run ended. The wire name is the tag in metrics. */
public enum TaskOutcome {
    SUCCEEDED,
    /** It threw. */
    FAILED,
    /** It ran into its limit and was interrupted. */
    TIMED_OUT,
    CANCELLED,
    /** It could not be done now: see {@link Postponed}. */
    POSTPONED,
    /** Another node was at it. */
    ELSEWHERE;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    @JsonValue
    public String wireName() {
        return wireName;
    }

    boolean isFailure() {
        return this == FAILED || this == TIMED_OUT;
    }
}
