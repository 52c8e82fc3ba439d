package dev.parley.session;

import dev.parley.cluster.Node;
import dev.parley.database.Statements;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;

/** Sessions in PostgreSQL. */
@ApplicationScoped
class PgSessionStore implements SessionStore {
    private static final String BEGIN = "select begun, displaced from begin_session($1, $2, $3, $4, $5, $6, $7)";
    private static final String INSERT = """
            insert into active_session (account_id, id, secret_hash, generation, cursors, device, node_id, expires_at)
            select account_id, id, secret_hash, generation, cursors::jsonb, device,
                   case when here then $9::uuid end, expires_at
              from unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::bigint[], $5::text[], $6::text[], $7::boolean[],
                          $8::timestamptz[])
                   as s (account_id, id, secret_hash, generation, cursors, device, here, expires_at)
             where not exists (select from ended_session e where e.account_id = s.account_id and e.session_id = s.id)
            on conflict on constraint active_session_pk do nothing""";
    private static final String RESUME = """
            update active_session
               set generation = greatest(generation, $4) + 1, node_id = $5, last_seen_at = now(), expires_at = $6
             where account_id = $1 and id = $2 and secret_hash = $3 and expires_at > now()
            returning generation, device, cursors""";
    /** What is read again is as it stood before the update: a row that was there and not updated has just changed. */
    private static final String UPDATE = """
            with given as (
                select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::boolean[], $6::timestamptz[])
                    as s (account_id, id, generation, cursors, here, expires_at)
            ), kept as (
                update active_session a
                   set cursors = a.cursors || s.cursors::jsonb, generation = s.generation, last_seen_at = now(),
                       node_id = case when s.here then $7::uuid end, expires_at = greatest(a.expires_at, s.expires_at)
                  from given s
                 where a.account_id = s.account_id and a.id = s.id and a.generation <= s.generation
                returning a.id
            )
            select s.id,
                   case
                       when k.id is not null then 'kept'
                       when a.id is null then 'gone'
                       when a.generation > s.generation then 'superseded'
                       else 'unclear'
                   end as standing
              from given s
              left join kept k on k.id = s.id
              left join active_session a on a.account_id = s.account_id and a.id = s.id""";

    private static final String OVERTAKEN = """
            select a.id, a.generation
              from unnest($1::uuid[], $2::uuid[], $3::bigint[]) as s (account_id, id, generation)
              join active_session a on a.account_id = s.account_id and a.id = s.id
             where a.generation > s.generation""";

    private static final String DELETE = """
            with gone as (
                delete from active_session a
                 using unnest($1::uuid[], $2::uuid[]) as s (account_id, id)
                 where a.account_id = s.account_id and a.id = s.id
                returning a.account_id, a.id
            )
            insert into ended_session (account_id, session_id) select account_id, id from gone
            on conflict on constraint ended_session_pk do nothing""";

    private final Statements statements;
    private final SessionConfig config;
    private final Node node;

    PgSessionStore(Statements statements, SessionConfig config, Node node) {
        this.statements = statements;
        this.config = config;
        this.node = node;
    }

    @Override
    public Future<Begun> begin(Session session, int most) {
        var arguments = Tuple.tuple()
                .addUUID(session.account())
                .addUUID(session.id())
                .addBuffer(Buffer.buffer(session.secret().bytes()))
                .addString(session.device())
                .addUUID(node.id())
                .addOffsetDateTime(utc(session.expiresAt()))
                .addInteger(most);
        return run(BEGIN, arguments).map(rows -> begun(rows.iterator().next()));
    }

    @Override
    public Future<Void> insert(List<Session> sessions) {
        var arguments = Tuple.tuple()
                .addArrayOfUUID(column(sessions, UUID[]::new, Session::account))
                .addArrayOfUUID(column(sessions, UUID[]::new, Session::id))
                .addArrayOfBuffer(column(
                        sessions,
                        Buffer[]::new,
                        session -> Buffer.buffer(session.secret().bytes())))
                .addArrayOfLong(column(sessions, Long[]::new, Session::generation))
                .addArrayOfString(column(sessions, String[]::new, PgSessionStore::cursors))
                .addArrayOfString(column(sessions, String[]::new, Session::device))
                .addArrayOfBoolean(column(sessions, Boolean[]::new, Session::isHere))
                .addArrayOfOffsetDateTime(column(sessions, OffsetDateTime[]::new, session -> utc(session.expiresAt())))
                .addUUID(node.id());
        return run(INSERT, arguments).mapEmpty();
    }

    @Override
    public Future<Optional<Resumed>> resume(
            UUID account, UUID session, SecretHash secret, long above, Instant expiresAt) {
        var arguments = Tuple.tuple()
                .addUUID(account)
                .addUUID(session)
                .addBuffer(Buffer.buffer(secret.bytes()))
                .addLong(above)
                .addUUID(node.id())
                .addOffsetDateTime(utc(expiresAt));
        return run(RESUME, arguments)
                .map(rows ->
                        Statements.list(rows, PgSessionStore::resumed).stream().findFirst());
    }

    @Override
    public Future<Map<UUID, Standing>> update(List<Session> sessions) {
        var arguments = Tuple.tuple()
                .addArrayOfUUID(column(sessions, UUID[]::new, Session::account))
                .addArrayOfUUID(column(sessions, UUID[]::new, Session::id))
                .addArrayOfLong(column(sessions, Long[]::new, Session::generation))
                .addArrayOfString(column(sessions, String[]::new, PgSessionStore::cursors))
                .addArrayOfBoolean(column(sessions, Boolean[]::new, Session::isHere))
                .addArrayOfOffsetDateTime(column(sessions, OffsetDateTime[]::new, session -> utc(session.expiresAt())))
                .addUUID(node.id());
        return run(UPDATE, arguments).map(PgSessionStore::standings);
    }

    @Override
    public Future<Map<UUID, Long>> overtaken(List<Session> sessions) {
        var arguments = Tuple.tuple()
                .addArrayOfUUID(column(sessions, UUID[]::new, Session::account))
                .addArrayOfUUID(column(sessions, UUID[]::new, Session::id))
                .addArrayOfLong(column(sessions, Long[]::new, Session::generation));
        return run(OVERTAKEN, arguments).map(rows -> {
            var generations = new HashMap<UUID, Long>();
            rows.forEach(row -> generations.put(row.getUUID("id"), row.getLong("generation")));
            return generations;
        });
    }

    @Override
    public Future<Void> delete(List<Session> sessions) {
        var arguments = Tuple.tuple()
                .addArrayOfUUID(column(sessions, UUID[]::new, Session::account))
                .addArrayOfUUID(column(sessions, UUID[]::new, Session::id));
        return run(DELETE, arguments).mapEmpty();
    }

    private Future<RowSet<Row>> run(String sql, Tuple arguments) {
        return statements.run(sql, arguments, config.statementLimit());
    }

    private static Begun begun(Row row) {
        return row.getBoolean("begun")
                ? new Begun.Stored(List.of(row.getArrayOfUUIDs("displaced")))
                : new Begun.TooMany();
    }

    private static Resumed resumed(Row row) {
        var cursors = new HashMap<UUID, Long>();
        row.getJsonObject("cursors")
                .forEach(cursor ->
                        cursors.put(UUID.fromString(cursor.getKey()), ((Number) cursor.getValue()).longValue()));
        return new Resumed(row.getLong("generation"), row.getString("device"), cursors);
    }

    private static Map<UUID, Standing> standings(RowSet<Row> rows) {
        var standings = new HashMap<UUID, Standing>();
        rows.forEach(row -> standings.put(
                row.getUUID("id"), Standing.valueOf(row.getString("standing").toUpperCase(Locale.ROOT))));
        return standings;
    }

    private static String cursors(Session session) {
        var json = new JsonObject();
        session.cursors().forEach((room, seq) -> json.put(room.toString(), seq));
        return json.encode();
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static <T> T[] column(List<Session> sessions, IntFunction<T[]> array, Function<Session, T> value) {
        return sessions.stream().map(value).toArray(array);
    }
}
