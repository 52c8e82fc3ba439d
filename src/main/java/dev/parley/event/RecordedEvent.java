package dev.parley.event;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of an event.
 *
 * @param number its place among the events of its type, from 1
 * @param dispatchNanos how long its observers took, together
 * @param failure the class of what an observer threw, without its message; null if none did
 */
public record RecordedEvent(
        long number,
        Instant at,
        String type,
        Subjects subjects,
        String thread,
        long dispatchNanos,
        @Nullable String failure) {}
