package dev.parley.session;

import dev.parley.database.Statements;
import dev.parley.session.SessionDirectory.Place;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/** What PostgreSQL has about sessions. */
@ApplicationScoped
class PgSessionRecords implements SessionRecords {
    private static final String COLUMNS = """
            select account_id, id, device, created_at,
                   case when node_id is null then last_seen_at else now() end as last_seen_at, expires_at, node_id
              from active_session
            """;
    private static final String LIST = COLUMNS + """
             where account_id = $1 and expires_at > now()
             order by last_seen_at desc, id
             limit $2""";
    private static final String PAGE = COLUMNS + """
             where (account_id, id) > ($1, $2) and expires_at > now()
             order by account_id, id
             limit $3""";

    private static final String REVOKE = revoke("account_id = $1 and id = $2", "account_id = $1 and session_id = $2");
    private static final String REVOKE_BY_ID = revoke("id = $1", "session_id = $1");
    private static final String REVOKE_ALL = revoke("account_id = $1", "false");

    private static final String ENDED = """
            select session_id, at from ended_session
             where at > now() - make_interval(secs => $1) and (at, session_id) > ($2, $3)
             order by at, session_id
             limit $4""";

    private static final String DELETE_EXPIRED = """
            delete from active_session
             where (account_id, id) in (
                       select account_id, id from active_session where expires_at < now() limit $1 for update skip locked)""";
    private static final String FORGET_ENDED = """
            delete from ended_session
             where (account_id, session_id) in (
                       select account_id, session_id from ended_session where at < now() - make_interval(secs => $1)
                        order by at limit $2 for update skip locked)""";

    private final Statements statements;
    private final SessionConfig config;

    PgSessionRecords(Statements statements, SessionConfig config) {
        this.statements = statements;
        this.config = config;
    }

    @Override
    public Future<List<ListedSession>> list(UUID account, int limit) {
        return run(LIST, Tuple.of(account, limit)).map(rows -> Statements.list(rows, PgSessionRecords::listed));
    }

    @Override
    public Future<List<ListedSession>> page(Place after, int limit) {
        return run(PAGE, Tuple.of(after.account(), after.session(), limit))
                .map(rows -> Statements.list(rows, PgSessionRecords::listed));
    }

    @Override
    public Future<List<Revoked>> revoke(UUID account, UUID session) {
        return run(REVOKE, Tuple.of(account, session)).map(PgSessionRecords::revoked);
    }

    @Override
    public Future<List<Revoked>> revoke(UUID session) {
        return run(REVOKE_BY_ID, Tuple.of(session)).map(PgSessionRecords::revoked);
    }

    @Override
    public Future<List<Revoked>> revokeAll(UUID account) {
        return run(REVOKE_ALL, Tuple.of(account)).map(PgSessionRecords::revoked);
    }

    @Override
    public Future<List<Ended>> ended(Duration period, Ended after, int limit) {
        var arguments =
                Tuple.of(seconds(period), after.at().atOffset(ZoneOffset.UTC), after.session(), Integer.valueOf(limit));
        return run(ENDED, arguments)
                .map(rows -> Statements.list(
                        rows,
                        row -> new Ended(
                                row.getUUID("session_id"),
                                row.getOffsetDateTime("at").toInstant())));
    }

    @Override
    public Future<Integer> deleteExpired(int limit) {
        return run(DELETE_EXPIRED, Tuple.of(limit)).map(RowSet::rowCount);
    }

    @Override
    public Future<Integer> forgetEnded(Duration period, int limit) {
        return run(FORGET_ENDED, Tuple.of(seconds(period), limit)).map(RowSet::rowCount);
    }

    /**
     * Deletes sessions and writes down that they ended. What was ended before is answered too: who repeats the statement,
     * since its answer was lost, must not hear that there was nothing.
     */
    private static String revoke(String which, String whichEnded) {
        return """
                with gone as (
                    delete from active_session where %s returning account_id, id
                ), told as (
                    insert into ended_session (account_id, session_id) select account_id, id from gone
                    on conflict on constraint ended_session_pk do nothing
                )
                select account_id, id, true as fresh from gone
                 union all
                select account_id, session_id, false from ended_session where %s""".formatted(which, whichEnded);
    }

    private Future<RowSet<Row>> run(String sql, Tuple arguments) {
        return statements.run(sql, arguments, config.statementLimit());
    }

    private static ListedSession listed(Row row) {
        return new ListedSession(
                row.getUUID("account_id"),
                row.getUUID("id"),
                row.getString("device"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("last_seen_at").toInstant(),
                row.getOffsetDateTime("expires_at").toInstant(),
                row.getUUID("node_id"));
    }

    private static List<Revoked> revoked(RowSet<Row> rows) {
        return Statements.list(
                rows, row -> new Revoked(row.getUUID("account_id"), row.getUUID("id"), row.getBoolean("fresh")));
    }

    private static double seconds(Duration period) {
        return period.toMillis() / 1000.0;
    }
}
