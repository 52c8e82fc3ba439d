package dev.parley.testing;

import dev.parley.testing.History.Said;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** Rooms as the database has them. */
public record StoredLog(Map<UUID, Room> rooms) {
    /** Rows at a time: there may be millions. */
    private static final int FETCHED = 10_000;

    /** A room's own figures beside the rows of its log, in order of seq. */
    public record Room(long head, long messages, List<Row> rows) {}

    public record Row(long seq, Said said, boolean message) {}

    /** Reads all rooms in one snapshot. */
    public static StoredLog of(Connection connection) throws SQLException {
        return of(connection, "true");
    }

    /** The same of some rooms. */
    public static StoredLog of(Connection connection, Collection<UUID> rooms) throws SQLException {
        var ids = rooms.stream().map(id -> "'" + id + "'").collect(Collectors.joining(","));
        return of(connection, "%s = any (array[" + ids + "]::uuid[])");
    }

    /** @param where a condition on a room's id, which stands there as {@code %s} */
    private static StoredLog of(Connection connection, String where) throws SQLException {
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        var rooms = new LinkedHashMap<UUID, Room>();
        try (Statement sql = connection.createStatement()) {
            sql.setFetchSize(FETCHED);
            var heads = "select id, head_seq, message_count from room where " + where.formatted("id");
            try (ResultSet found = sql.executeQuery(heads)) {
                while (found.next()) {
                    rooms.put(
                            found.getObject(1, UUID.class),
                            new Room(found.getLong(2), found.getLong(3), new ArrayList<>()));
                }
            }
            var rows = "select room_id, seq, sender_id, cid, kind = 'message' from entry where "
                    + where.formatted("room_id") + " order by room_id, seq";
            try (ResultSet found = sql.executeQuery(rows)) {
                while (found.next()) {
                    var id = found.getObject(1, UUID.class);
                    var room = rooms.computeIfAbsent(id, _ -> new Room(0, 0, new ArrayList<>()));
                    var said = new Said(id, found.getObject(3, UUID.class), found.getString(4));
                    room.rows().add(new Row(found.getLong(2), said, found.getBoolean(5)));
                }
            }
        }
        connection.rollback();
        return new StoredLog(rooms);
    }

    /** The highest seq of each room. */
    public Map<UUID, Long> heads() {
        var heads = new LinkedHashMap<UUID, Long>();
        rooms.forEach((id, room) -> heads.put(id, room.head()));
        return heads;
    }
}
