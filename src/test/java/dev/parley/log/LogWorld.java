package dev.parley.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.log.Appended.Committed;
import dev.parley.log.Appended.Refused;
import dev.parley.log.Appended.Written;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;

/**
 * Rooms, members and all the lines that writers may draw: few enough that they collide. Keeps what each writer was told,
 * and compares it in the end with what is in the database.
 */
final class LogWorld {
    private static final int CIDS = 300;

    final List<UUID> rooms = new ArrayList<>();
    private final List<UUID> everyRoom;
    private final List<UUID> senders = new ArrayList<>();
    private final UUID stranger;
    private final Map<Line, Queue<Appended>> told = new ConcurrentHashMap<>();

    LogWorld(SecondNode sql) throws SQLException {
        var owner = sql.account();
        senders.add(owner);
        senders.add(sql.account());
        senders.add(sql.account());
        stranger = sql.account();
        for (int i = 0; i < 4; i++) {
            var room = sql.room(owner, "public");
            rooms.add(room);
            for (var sender : senders) {
                sql.change(new Line(room, sender, "join", Kind.JOIN, "{}"));
            }
        }
        everyRoom = new ArrayList<>(rooms);
        everyRoom.add(UUID.randomUUID());
    }

    /** A line that was perhaps drawn before, or its cid with another payload, or its sender is no member. */
    Line draw(Random random) {
        var sender = random.nextInt(25) == 0 ? stranger : senders.get(random.nextInt(senders.size()));
        var room = everyRoom.get(random.nextInt(20) == 0 ? rooms.size() : random.nextInt(rooms.size()));
        var payload = random.nextInt(10) == 0 ? "{\"body\":\"other\"}" : "{\"body\":\"grüße 👋\"}";
        return new Line(room, sender, "c" + random.nextInt(CIDS), Kind.MESSAGE, payload);
    }

    void told(Line line, Appended outcome) {
        told.computeIfAbsent(line, _ -> new ConcurrentLinkedQueue<>()).add(outcome);
    }

    void told(Line line, SecondNode.Place place) {
        told(
                line,
                switch (place.outcome()) {
                    case "new" -> new Written(place.seq(), Instant.EPOCH);
                    case "dup" -> new Appended.Known(place.seq(), Instant.EPOCH);
                    case "conflict" -> Refused.CID_CONFLICT;
                    case "not_member" -> Refused.NOT_MEMBER;
                    case "no_room" -> Refused.NO_ROOM;
                    default -> throw new AssertionError(place);
                });
    }

    long head(SecondNode sql, UUID room) throws SQLException {
        return sql.numbers("select head_seq from room where id = ?", room).getFirst();
    }

    /** Throws if what the database holds is not what all were told. */
    void check(SecondNode sql) throws SQLException {
        for (var room : rooms) {
            long head = head(sql, room);
            var seqs = sql.numbers("select seq from entry where room_id = ? order by seq", room);
            assertThat(seqs).as("room %s has no hole", room).hasSize((int) head).isEqualTo(upTo(head));
            assertThat(sql.numbers("select message_count from room where id = ?", room))
                    .isEqualTo(sql.numbers("select count(*) from entry where room_id = ? and kind = 'message'", room));
        }
        var found = new ConcurrentHashMap<UUID, Map<String, SecondNode.Row>>();
        for (var room : everyRoom) {
            found.put(room, sql.rows(room));
        }
        told.forEach((line, outcomes) -> check(line, List.copyOf(outcomes), found.getOrDefault(line.room(), Map.of())));
    }

    private void check(Line line, List<Appended> outcomes, Map<String, SecondNode.Row> rows) {
        var row = rows.get(line.sender() + "/" + line.cid());
        assertThat(outcomes.stream().filter(Written.class::isInstance))
                .as("%s written", line)
                .hasSizeLessThanOrEqualTo(1);
        for (var outcome : outcomes) {
            boolean same = row != null && Arrays.equals(row.hash(), line.hash());
            boolean right = switch (outcome) {
                case Committed place -> same && row != null && place.seq() == row.seq();
                case Refused refused -> refused == Refused.CID_CONFLICT ? row != null && !same : row == null;
                default -> false;
            };
            assertThat(right)
                    .as("%s was told %s, the database has %s", line, outcome, row)
                    .isTrue();
        }
    }

    static List<Long> upTo(long head) {
        return LongStream.rangeClosed(1, head).boxed().toList();
    }
}
