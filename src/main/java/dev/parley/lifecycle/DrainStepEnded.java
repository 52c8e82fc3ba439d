package dev.parley.lifecycle;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import java.time.Duration;

/**
 * A step of a drain is over, in order or at its limit.
 *
 * @param left what the step could not do: commands without an answer, sockets that had to be cut, tasks that run on,
 *     sessions that are not stored
 */
public record DrainStepEnded(DrainStep step, Duration took, int left) implements DomainEvent {

    @Override
    public Subjects subjects() {
        return Subjects.of("%s in %d ms, %d left".formatted(step.wireName(), took.toMillis(), left));
    }
}
