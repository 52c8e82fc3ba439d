package dev.parley.testing;

import dev.parley.testing.Flaw.Kind;
import dev.parley.testing.History.Event;
import dev.parley.testing.History.Said;
import dev.parley.testing.StoredLog.Room;
import dev.parley.testing.StoredLog.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Compares what clients did and saw with what the database has in the end. It presumes that all is quiet: every command
 * has its answer, and every reader has been given the time to read its rooms to the end.
 */
public final class Checker {
    private final List<Event> events;
    private final StoredLog stored;
    private final List<Flaw> flaws = new ArrayList<>();
    private final Map<Said, Row> rows = new HashMap<>();

    private Checker(List<Event> events, StoredLog stored) {
        this.events = events;
        this.stored = stored;
    }

    /** All that is wrong; nothing, if every promise was kept. */
    public static List<Flaw> flaws(History history, StoredLog stored) {
        var checker = new Checker(history.events(), stored);
        checker.numbers();
        checker.onceEach();
        checker.answers();
        checker.order();
        checker.deliveries();
        return checker.flaws;
    }

    private void found(Kind kind, String where) {
        flaws.add(new Flaw(kind, where));
    }

    private void numbers() {
        stored.rooms().forEach((id, room) -> {
            for (int i = 0; i < room.rows().size(); i++) {
                if (room.rows().get(i).seq() != i + 1) {
                    found(Kind.BURNT, "room " + id + " has no " + (i + 1));
                    break;
                }
            }
            if (room.head() != room.rows().size()) {
                found(
                        Kind.BURNT,
                        "room " + id + " of head " + room.head() + " has "
                                + room.rows().size() + " rows");
            }
            long messages = room.rows().stream().filter(Row::message).count();
            if (room.messages() != messages) {
                found(Kind.BURNT, "room " + id + " counts " + room.messages() + " messages of " + messages);
            }
        });
    }

    private void onceEach() {
        var invoked = new HashSet<Said>();
        for (var event : events) {
            if (event instanceof Event.Invoked(var said)) {
                invoked.add(said);
            }
        }
        stored.rooms()
                .values()
                .forEach(room -> room.rows().forEach(row -> {
                    var other = rows.put(row.said(), row);
                    if (other != null) {
                        found(Kind.DUPLICATED, row + " and " + other);
                    }
                    if (!invoked.contains(row.said())) {
                        found(Kind.PHANTOM, row + " is stored, and nobody said it");
                    }
                }));
    }

    private void answers() {
        var fresh = new HashSet<Said>();
        for (var event : events) {
            if (event instanceof Event.Acknowledged(var said, long seq, boolean dup)) {
                var row = rows.get(said);
                if (row == null) {
                    found(Kind.LOST, event + " is not stored");
                } else if (row.seq() != seq) {
                    found(Kind.MISPLACED, event + " is stored at " + row.seq());
                }
                if (!dup && !fresh.add(said)) {
                    found(Kind.DUPLICATED, event + " was said to be new before");
                }
            } else if (event instanceof Event.Refused refused && rows.containsKey(refused.said())) {
                found(Kind.REFUSED_BUT_STORED, event + " is " + rows.get(refused.said()));
            }
        }
    }

    /** What was said after an entry was seen, by anybody, comes after it. */
    private void order() {
        var seen = new HashMap<UUID, Long>();
        for (var event : events) {
            switch (event) {
                case Event.Acknowledged ok -> seen.merge(ok.said().room(), ok.seq(), Math::max);
                case Event.Delivered entry -> seen.merge(entry.said().room(), entry.seq(), Math::max);
                case Event.Invoked(var said) -> {
                    var row = rows.get(said);
                    long before = seen.getOrDefault(said.room(), 0L);
                    if (row != null && row.seq() <= before) {
                        found(Kind.ORDER, row + " was said after " + before + " was seen");
                    }
                }
                case Event.Refused _, Event.Unknown _, Event.Subscribed _, Event.Returned _ -> {}
            }
        }
    }

    private void deliveries() {
        record Place(String client, UUID room) {}
        var read = new HashMap<Place, Long>();
        for (var event : events) {
            if (event instanceof Event.Subscribed(var client, var room, long since)) {
                read.putIfAbsent(new Place(client, room), since);
            } else if (event instanceof Event.Delivered(var client, long seq, var said)) {
                delivered(client, seq, said);
                var place = new Place(client, said.room());
                long last = read.getOrDefault(place, 0L);
                if (seq > last + 1) {
                    found(Kind.HOLE, client + " was given " + seq + " after " + last + " of room " + said.room());
                }
                read.merge(place, seq, Math::max);
            }
        }
        read.forEach((place, last) -> {
            var room = stored.rooms().get(place.room());
            long rows = room == null ? 0 : room.rows().size();
            if (last < rows) {
                found(Kind.LOST, place + " read up to " + last + " of " + rows);
            }
        });
    }

    private void delivered(String client, long seq, Said said) {
        Room room = stored.rooms().get(said.room());
        if (room == null || seq < 1 || seq > room.rows().size()) {
            found(Kind.PHANTOM, client + " was given " + seq + " " + said + ", which is not stored");
        } else if (!room.rows().get((int) seq - 1).said().equals(said)) {
            found(
                    Kind.DISAGREEMENT,
                    client + " was given " + seq + " as " + said + ", not as "
                            + room.rows().get((int) seq - 1));
        }
    }
}
