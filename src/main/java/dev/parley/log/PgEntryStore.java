package dev.parley.log;

import dev.parley.database.Statements;
import dev.parley.protocol.EncodedEntry;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** The log in PostgreSQL. A call is one statement, hence one transaction and one round trip. */
@ApplicationScoped
class PgEntryStore implements EntryStore {
    private static final String APPEND =
            "select outcome, seq, written_at" + " from append_entries($1, $2, $3, $4, $5, $6) order by item";
    private static final String CHANGE =
            "select outcome, seq, written_at" + " from change_room($1, $2, $3, $4, ($5::text)::jsonb, $6)";
    private static final String ABOVE = "select seq, kind, sender_id, at, cid, payload::text as data"
            + " from entry where room_id = $1 and seq > $2 order by seq limit $3";
    private static final String BELOW = "select seq, kind, sender_id, at, cid, payload::text as data"
            + " from entry where room_id = $1 and seq < $2 order by seq desc limit $3";
    private static final String HEADS = "select id, head_seq from room where id = any ($1)";

    private final Statements statements;
    private final LogConfig config;
    private final LogMetrics metrics;

    PgEntryStore(Statements statements, LogConfig config, LogMetrics metrics) {
        this.statements = statements;
        this.config = config;
        this.metrics = metrics;
    }

    @Override
    public Future<List<Appended>> append(List<Line> lines) {
        int size = lines.size();
        var rooms = new UUID[size];
        var senders = new UUID[size];
        var cids = new String[size];
        var kinds = new String[size];
        var payloads = new String[size];
        var hashes = new Buffer[size];
        for (int i = 0; i < size; i++) {
            var line = lines.get(i);
            rooms[i] = line.room();
            senders[i] = line.sender();
            cids[i] = line.cid();
            kinds[i] = line.kind().wireName();
            payloads[i] = line.payload();
            hashes[i] = Buffer.buffer(line.hash());
        }
        var arguments = Tuple.tuple()
                .addArrayOfUUID(rooms)
                .addArrayOfUUID(senders)
                .addArrayOfString(cids)
                .addArrayOfString(kinds)
                .addArrayOfString(payloads)
                .addArrayOfBuffer(hashes);
        long began = System.nanoTime();
        return statements
                .once(APPEND, arguments, config.statementLimit())
                .map(rows -> Statements.list(rows, PgEntryStore::appended))
                .onSuccess(_ -> metrics.committed(size, System.nanoTime() - began))
                .onFailure(_ -> metrics.failed());
    }

    @Override
    public Future<Appended> change(Line line) {
        var arguments = Tuple.of(
                line.kind().wireName(),
                line.room(),
                line.sender(),
                line.cid(),
                line.payload(),
                Buffer.buffer(line.hash()));
        return statements
                .once(CHANGE, arguments, config.statementLimit())
                .map(rows -> appended(rows.iterator().next()));
    }

    @Override
    public Future<List<EncodedEntry>> above(UUID room, long after, int limit) {
        return query(ABOVE, Tuple.of(room, after, limit), rows -> Statements.list(rows, PgEntryStore::entry));
    }

    @Override
    public Future<List<EncodedEntry>> below(UUID room, long before, int limit) {
        return query(
                BELOW,
                Tuple.of(room, before, limit),
                rows -> Statements.list(rows, PgEntryStore::entry).reversed());
    }

    @Override
    public Future<Map<UUID, Long>> heads(Collection<UUID> rooms) {
        return query(HEADS, Tuple.tuple().addArrayOfUUID(rooms.toArray(UUID[]::new)), rows -> {
            var heads = new HashMap<UUID, Long>();
            rows.forEach(row -> heads.put(row.getUUID("id"), row.getLong("head_seq")));
            return heads;
        });
    }

    private <T> Future<T> query(String sql, Tuple arguments, Function<RowSet<Row>, T> reading) {
        return statements.run(sql, arguments, config.statementLimit()).map(reading);
    }

    private static Appended appended(Row row) {
        return switch (row.getString("outcome")) {
            case "new" ->
                new Appended.Written(
                        row.getLong("seq"), row.getOffsetDateTime("written_at").toInstant());
            case "dup" ->
                new Appended.Known(
                        row.getLong("seq"), row.getOffsetDateTime("written_at").toInstant());
            case "conflict" -> Appended.Refused.CID_CONFLICT;
            case "not_member" -> Appended.Refused.NOT_MEMBER;
            case "no_room" -> Appended.Refused.NO_ROOM;
            case String other -> throw new IllegalStateException("unknown outcome of an append: " + other);
        };
    }

    private static EncodedEntry entry(Row row) {
        return EncodedEntry.of(
                row.getLong("seq"),
                row.getString("kind"),
                row.getUUID("sender_id"),
                row.getOffsetDateTime("at").toInstant(),
                row.getString("cid"),
                row.getString("data"));
    }
}
