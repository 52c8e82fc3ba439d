package dev.parley.cluster;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import java.util.Locale;
import java.util.UUID;

/** A node came or went. Fires on any thread, for this node itself and for those that it found dead. */
public record NodeChanged(UUID node, Change change) implements DomainEvent {

    public enum Change {
        /** This node was entered in the books: after its start, and whenever the others had taken it for dead. */
        JOINED,
        /** This node has said that it leaves. */
        LEFT,
        /** Another node was not heard of for {@code parley.cluster.dead-after}: its users count as gone. */
        LOST
    }

    @Override
    public Subjects subjects() {
        return Subjects.of(node + " " + change.name().toLowerCase(Locale.ROOT));
    }
}
