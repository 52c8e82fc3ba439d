package dev.parley.presence;

import dev.parley.database.Statements;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Presence in PostgreSQL. Nothing is written for it: it follows from what sessions store anyway. */
@ApplicationScoped
class PgPresenceStore implements PresenceStore {
    /** Whether the account of {@code asked} is online. */
    private static final String IS_ONLINE = """
            exists (
                select from active_session s
                 where s.account_id = asked.account_id and s.expires_at > now()
                   and (s.node_id is not null or s.last_seen_at > now() - make_interval(secs => $1)))""";

    private static final String ROSTER = """
            coalesce(array_agg(asked.account_id), '{}') as members,
            coalesce(array_agg(asked.account_id) filter (where %s), '{}') as online""".formatted(IS_ONLINE);

    private static final String ROSTERS = """
            select room.id, %s
              from unnest($2::uuid[]) as room (id)
             cross join lateral (select account_id from member where room_id = room.id limit $3) as asked
             group by room.id""".formatted(ROSTER);

    /** To everybody else they are as those that do not exist. */
    private static final String ACQUAINTANCES = """
            select %s
              from (select distinct account_id from unnest($2::uuid[]) as given (account_id)) as asked
             where asked.account_id = $3
                or exists (
                       select from member mine
                         join member theirs on theirs.room_id = mine.room_id
                        where mine.account_id = $3 and theirs.account_id = asked.account_id)""".formatted(ROSTER);

    private final Statements statements;
    private final PresenceConfig config;

    PgPresenceStore(Statements statements, PresenceConfig config) {
        this.statements = statements;
        this.config = config;
    }

    @Override
    public Future<Map<UUID, Roster>> rosters(List<UUID> rooms) {
        // One member more than is told shows that there are more.
        var arguments = grace().addArrayOfUUID(rooms.toArray(UUID[]::new)).addInteger(config.members() + 1);
        return run(ROSTERS, arguments).map(rows -> {
            var rosters = new HashMap<UUID, Roster>();
            rows.forEach(row -> rosters.put(row.getUUID("id"), roster(row)));
            return rosters;
        });
    }

    @Override
    public Future<Roster> acquaintances(UUID account, List<UUID> users) {
        var arguments = grace().addArrayOfUUID(users.toArray(UUID[]::new)).addUUID(account);
        return run(ACQUAINTANCES, arguments).map(rows -> roster(rows.iterator().next()));
    }

    private Roster roster(Row row) {
        var members = Set.of(row.getArrayOfUUIDs("members"));
        return new Roster(members, Set.of(row.getArrayOfUUIDs("online")), members.size() > config.members());
    }

    private Tuple grace() {
        return Tuple.of(config.grace().toMillis() / 1000.0);
    }

    private Future<RowSet<Row>> run(String sql, Tuple arguments) {
        return statements.run(sql, arguments, config.statementLimit());
    }
}
