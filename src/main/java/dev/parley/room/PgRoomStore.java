package dev.parley.room;

import dev.parley.database.Statements;
import dev.parley.protocol.ServerFrame.Member;
import dev.parley.protocol.Visibility;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Rooms and members in PostgreSQL. They are written by the log's functions only; here they are read. */
@ApplicationScoped
class PgRoomStore implements RoomStore {
    private static final String STANDING = """
            select r.name, r.visibility, r.head_seq, r.floor_seq, m.role,
                   (select count(*) from member where room_id = r.id) as member_count
              from room r
              left join member m on m.room_id = r.id and m.account_id = $2
             where r.id = $1""";
    private static final String MEMBERS = """
            select a.id, a.name, m.role
              from member m join account a on a.id = m.account_id
             where m.room_id = $1 order by m.joined_seq limit $2""";
    private static final String HEADS = """
            select r.id, r.head_seq
              from room r join member m on m.room_id = r.id
             where m.account_id = $1 and r.id = any ($2)""";

    private final Statements statements;
    private final RoomConfig config;

    PgRoomStore(Statements statements, RoomConfig config) {
        this.statements = statements;
        this.config = config;
    }

    @Override
    public Future<Optional<Standing>> standing(UUID room, UUID account) {
        return statements
                .run(STANDING, Tuple.of(room, account), config.statementLimit())
                .map(rows ->
                        Statements.list(rows, PgRoomStore::standing).stream().findFirst());
    }

    @Override
    public Future<List<Member>> members(UUID room, int limit) {
        return statements
                .run(MEMBERS, Tuple.of(room, limit), config.statementLimit())
                .map(rows -> Statements.list(
                        rows, row -> new Member(row.getUUID("id"), row.getString("name"), row.getString("role"))));
    }

    @Override
    public Future<Map<UUID, Long>> heads(UUID account, Collection<UUID> rooms) {
        var arguments = Tuple.of(account).addArrayOfUUID(rooms.toArray(UUID[]::new));
        return statements.run(HEADS, arguments, config.statementLimit()).map(rows -> {
            var heads = new HashMap<UUID, Long>();
            rows.forEach(row -> heads.put(row.getUUID("id"), row.getLong("head_seq")));
            return heads;
        });
    }

    private static Standing standing(Row row) {
        return new Standing(
                row.getString("name"),
                Visibility.valueOf(row.getString("visibility").toUpperCase(Locale.ROOT)),
                row.getLong("head_seq"),
                row.getLong("floor_seq"),
                row.getLong("member_count"),
                Optional.ofNullable(row.getString("role")));
    }
}
