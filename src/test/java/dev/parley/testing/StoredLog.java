package dev.parley.testing;

import dev.parley.testing.History.Said;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** All rooms as the database has them. */
public record StoredLog(Map<UUID, Room> rooms) {

    /** A room's own figures beside the rows of its log, in order of seq. */
    public record Room(long head, long messages, List<Row> rows) {}

    public record Row(long seq, Said said, boolean message) {}

    /** Reads it in one snapshot. */
    public static StoredLog of(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        var rooms = new LinkedHashMap<UUID, Room>();
        try (Statement sql = connection.createStatement()) {
            try (ResultSet found = sql.executeQuery("select id, head_seq, message_count from room")) {
                while (found.next()) {
                    rooms.put(
                            found.getObject(1, UUID.class),
                            new Room(found.getLong(2), found.getLong(3), new ArrayList<>()));
                }
            }
            var query = "select room_id, seq, sender_id, cid, kind = 'message' from entry order by room_id, seq";
            try (ResultSet found = sql.executeQuery(query)) {
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
