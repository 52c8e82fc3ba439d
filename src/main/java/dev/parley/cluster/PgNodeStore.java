package dev.parley.cluster;

import dev.parley.database.Statements;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Nodes in PostgreSQL. */
@ApplicationScoped
class PgNodeStore implements NodeStore {
    private static final String HEARTBEAT = """
            with dead as (
                delete from node where heartbeat_at < now() - make_interval(secs => $3) and id <> $1 returning id
            ), ghosts as (
                update active_session set node_id = null where node_id in (select id from dead)
            ), alive as (
                insert into node (id, version) values ($1, $2)
                on conflict on constraint node_pk do update set heartbeat_at = now()
            )
            select id from dead""";

    private static final String LEAVE = """
            with ghosts as (update active_session set node_id = null where node_id = $1)
            delete from node where id = $1""";

    private final Statements statements;

    PgNodeStore(Statements statements) {
        this.statements = statements;
    }

    @Override
    public Future<List<UUID>> beat(UUID node, String version, Duration deadAfter, Duration limit) {
        var arguments = Tuple.of(node, version, (double) deadAfter.toSeconds());
        return statements.run(HEARTBEAT, arguments, limit).map(rows -> Statements.list(rows, row -> row.getUUID("id")));
    }

    @Override
    public Future<Void> leave(UUID node, Duration limit) {
        return statements.run(LEAVE, Tuple.of(node), limit).mapEmpty();
    }
}
