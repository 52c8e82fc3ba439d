package dev.parley.log;

import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.eclipse.microprofile.config.ConfigProvider;

/** A connection beside the program's own, which calls the log's functions as a node of the version before would, and looks behind them. */
final class SecondNode implements AutoCloseable {
    final Connection connection;

    /** An outcome as the functions give it, with the seq of a line that was written, else 0. */
    record Place(String outcome, long seq) {
        Place {
            seq = outcome.equals("new") || outcome.equals("dup") ? seq : 0;
        }
    }

    private SecondNode(Connection connection) {
        this.connection = connection;
    }

    static SecondNode connects() {
        var config = ConfigProvider.getConfig();
        try {
            return new SecondNode(DriverManager.getConnection(
                    config.getValue("quarkus.datasource.jdbc.url", String.class) + "?ApplicationName=second-node",
                    config.getValue("quarkus.datasource.username", String.class),
                    config.getValue("quarkus.datasource.password", String.class)));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** A new account, with nothing but an id that matters. */
    UUID account() throws SQLException {
        var id = UUID.randomUUID();
        try (var insert = connection.prepareStatement("insert into account values (?, ?, ?, 'none')")) {
            insert.setObject(1, id);
            insert.setString(2, id.toString());
            insert.setString(3, id.toString());
            insert.execute();
        }
        return id;
    }

    /** A new room of that owner. */
    UUID room(UUID owner, String visibility) throws SQLException {
        var id = UUID.randomUUID();
        change(new Line(id, owner, "create", Kind.CREATE, "{\"name\":\"room\",\"visibility\":\"" + visibility + "\"}"));
        return id;
    }

    List<Place> append(List<Line> lines) throws SQLException {
        try (var call = connection.prepareStatement("select * from append_entries(?, ?, ?, ?, ?, ?) order by item")) {
            call.setArray(1, column("uuid", lines, Line::room));
            call.setArray(2, column("uuid", lines, Line::sender));
            call.setArray(3, column("text", lines, Line::cid));
            call.setArray(4, column("text", lines, line -> line.kind().wireName()));
            call.setArray(5, column("text", lines, Line::payload));
            call.setArray(
                    6,
                    connection.createArrayOf(
                            "bytea", lines.stream().map(Line::hash).toArray(byte[][]::new)));
            return places(call);
        }
    }

    Place append(Line line) throws SQLException {
        return append(List.of(line)).getFirst();
    }

    Place change(Line line) throws SQLException {
        try (var call = connection.prepareStatement("select * from change_room(?, ?, ?, ?, ?::jsonb, ?)")) {
            call.setString(1, line.kind().wireName());
            call.setObject(2, line.room());
            call.setObject(3, line.sender());
            call.setString(4, line.cid());
            call.setString(5, line.payload());
            call.setBytes(6, line.hash());
            return places(call).getFirst();
        }
    }

    void does(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The numbers in the first column. */
    List<Long> numbers(String sql, Object... arguments) throws SQLException {
        var numbers = new ArrayList<Long>();
        try (var query = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                query.setObject(i + 1, arguments[i]);
            }
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    numbers.add(rows.getLong(1));
                }
            }
        }
        return numbers;
    }

    /** The room's lines by {@code sender/cid}. */
    Map<String, Row> rows(UUID room) throws SQLException {
        var found = new HashMap<String, Row>();
        try (var query = connection.prepareStatement(
                "select seq, sender_id, cid, payload_hash from entry where room_id = ? order by seq")) {
            query.setObject(1, room);
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    found.put(
                            rows.getString("sender_id") + "/" + rows.getString("cid"),
                            new Row(rows.getLong("seq"), rows.getBytes("payload_hash")));
                }
            }
        }
        return found;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Row(long seq, byte[] hash) {}

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private Array column(String type, List<Line> lines, Function<Line, Object> value) throws SQLException {
        return connection.createArrayOf(type, lines.stream().map(value).toArray());
    }

    private static List<Place> places(PreparedStatement call) throws SQLException {
        var places = new ArrayList<Place>();
        try (ResultSet rows = call.executeQuery()) {
            while (rows.next()) {
                places.add(new Place(rows.getString("outcome"), rows.getLong("seq")));
            }
        }
        return places;
    }
}
