package dev.parley.gateway;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import java.time.Duration;
import java.util.Locale;

/**
 * A step of the drain is over, in order or at its limit.
 *
 * @param left what the step could not do: commands without an answer, sockets that had to be cut
 */
public record DrainStepEnded(Step step, Duration took, int left) implements DomainEvent {

    public enum Step {
        UPGRADES_REFUSED,
        COMMANDS_ANSWERED,
        SOCKETS_CLOSED;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        String wireName() {
            return wireName;
        }
    }

    @Override
    public Subjects subjects() {
        return Subjects.of("%s in %d ms, %d left".formatted(step.wireName(), took.toMillis(), left));
    }
}
