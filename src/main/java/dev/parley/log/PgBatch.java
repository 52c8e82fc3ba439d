package dev.parley.log;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * Lines in the shape in which {@code append_batch} takes them.
 *
 * @param rooms the rooms, each once, in PostgreSQL's order
 * @param counts how many lines each room gets
 * @param roomOf for each line the place of its room, from 1
 * @param nth for each line which one in its room it is, from 1
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PgBatch(List<Line> lines, UUID[] rooms, Integer[] counts, Integer[] roomOf, Integer[] nth) {
    /** By bytes, as PostgreSQL compares them: {@link UUID#compareTo} takes the halves for signed numbers. */
    private static final Comparator<UUID> BY_BYTES = Comparator.comparing(
                    UUID::getMostSignificantBits, Long::compareUnsigned)
            .thenComparing(UUID::getLeastSignificantBits, Long::compareUnsigned);

    static PgBatch of(List<Line> lines) {
        var rooms = lines.stream().map(Line::room).distinct().sorted(BY_BYTES).toArray(UUID[]::new);
        var counts = new Integer[rooms.length];
        Arrays.fill(counts, 0);
        var roomOf = new Integer[lines.size()];
        var nth = new Integer[lines.size()];
        for (int i = 0; i < roomOf.length; i++) {
            int room = Arrays.binarySearch(rooms, lines.get(i).room(), BY_BYTES);
            roomOf[i] = room + 1;
            nth[i] = ++counts[room];
        }
        return new PgBatch(lines, rooms, counts, roomOf, nth);
    }

    /** In the order of the function's parameters. */
    Tuple arguments() {
        return Tuple.tuple()
                .addArrayOfUUID(rooms)
                .addArrayOfInteger(counts)
                .addArrayOfInteger(roomOf)
                .addArrayOfInteger(nth)
                .addArrayOfUUID(lines.stream().map(Line::sender).toArray(UUID[]::new))
                .addArrayOfString(lines.stream().map(Line::cid).toArray(String[]::new))
                .addArrayOfString(lines.stream().map(Line::payload).toArray(String[]::new))
                .addArrayOfBuffer(
                        lines.stream().map(line -> Buffer.buffer(line.hash())).toArray(Buffer[]::new));
    }

    /**
     * Where the lines are, if all were written.
     *
     * @param heads of the rooms before
     */
    List<Appended> written(Long[] heads, Instant at) {
        var places = new ArrayList<Appended>(lines.size());
        for (int i = 0; i < nth.length; i++) {
            places.add(new Appended.Written(heads[roomOf[i] - 1] + nth[i], at));
        }
        return places;
    }
}
