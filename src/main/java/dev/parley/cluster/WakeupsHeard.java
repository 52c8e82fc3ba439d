package dev.parley.cluster;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import java.util.List;
import java.util.UUID;

/**
 * Another node has told what it did. Fires some hundred times a second at most, on one event loop, in the order in which
 * that node told it; observers must not block.
 *
 * @param node that told it, never this one
 */
public record WakeupsHeard(UUID node, List<Wakeup> wakeups) implements DomainEvent {
    @Override
    public Subjects subjects() {
        return Subjects.of(wakeups.size() + " from " + node);
    }

    /** Those of one kind. */
    public <W extends Wakeup> List<W> of(Class<W> kind) {
        return wakeups.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** Whether all is to be looked at. */
    public boolean isMuch() {
        return wakeups.contains(Wakeup.General.MUCH);
    }
}
