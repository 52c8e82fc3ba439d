package dev.parley.process;

import dev.parley.testing.History;
import dev.parley.testing.History.Event;
import java.util.HashSet;
import java.util.UUID;

/** How much a history holds of what. */
record Tally(
        long invoked, long acknowledged, long dups, long unknown, long delivered, long redelivered, long returned) {

    /** What makes a room is noted twice, before and after the room is known. */
    private static final UUID NO_ROOM_YET = new UUID(0, 0);

    static Tally of(History history) {
        long invoked = 0;
        long acknowledged = 0;
        long dups = 0;
        long unknown = 0;
        long delivered = 0;
        var given = new HashSet<Event.Delivered>();
        long returned = 0;
        for (var event : history.events()) {
            switch (event) {
                case Event.Invoked(var said) -> invoked += said.room().equals(NO_ROOM_YET) ? 0 : 1;
                case Event.Acknowledged ok -> {
                    acknowledged++;
                    dups += ok.dup() ? 1 : 0;
                }
                case Event.Unknown _ -> unknown++;
                case Event.Delivered entry -> {
                    delivered++;
                    given.add(entry);
                }
                case Event.Returned _ -> returned++;
                case Event.Refused _, Event.Subscribed _ -> {}
            }
        }
        return new Tally(invoked, acknowledged, dups, unknown, delivered, delivered - given.size(), returned);
    }
}
