package dev.parley.log;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import dev.parley.protocol.EncodedEntry;
import java.util.List;
import java.util.UUID;

/**
 * Rooms have grown. Fires after each commit, on the lane's event loop (observers must not block or throw), in order of
 * seq for each room; also when this node finds that a room has grown elsewhere, then without entries and on any loop.
 *
 * @param here whether it was this node that wrote
 */
public record EntriesCommitted(List<Growth> rooms, boolean here) implements DomainEvent {

    @Override
    public Subjects subjects() {
        return rooms.size() == 1 ? Subjects.room(null, rooms.getFirst().room()) : Subjects.of(rooms.size() + " rooms");
    }

    /**
     * How one room has grown.
     *
     * @param head a seq that is known to be committed; perhaps lower than one told before, if a line was repeated
     * @param entries what this node has just written, in order of seq and without a hole, perhaps nothing
     */
    public record Growth(UUID room, long head, List<EncodedEntry> entries) {}
}
