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
    /**
     * Ghosts are looked for by what the sessions say, hopping through their index from node to node: a session may have
     * been stored by a node that was forgotten already, and then died.
     *
     * <p>The snapshot may be older than another node's beat. So a node with an old heartbeat is dead only if its row was
     * deleted here, of which the newest version is looked at, and which nobody is just writing: two that beat at the same
     * moment after a pause would wait for each other. And a session is a ghost only if it is as old, which is looked at
     * anew, too, if somebody has just stored it. It counts as seen until now: as nobody knew better, and a node that was
     * only cut off stores it again in a moment.
     */
    private static final String HEARTBEAT = """
            with recursive dead as (
                delete from node
                 where id in (
                           select id from node
                            where heartbeat_at < now() - make_interval(secs => $3) and id <> $1
                              for update skip locked)
                returning id
            ), on_node (id) as (
                (select node_id from active_session where node_id is not null order by node_id limit 1)
                 union all
                select (select node_id from active_session where node_id > on_node.id order by node_id limit 1)
                  from on_node where on_node.id is not null
            ), ghosts as (
                update active_session set node_id = null, last_seen_at = now()
                 where last_seen_at < now() - make_interval(secs => $3)
                   and node_id in (
                           select id from on_node
                            where id <> $1 and (id in (select id from dead) or id not in (select id from node)))
            ), alive as (
                insert into node (id, version) values ($1, $2)
                on conflict on constraint node_pk do update set heartbeat_at = now()
                returning started_at
            )
            select started_at,
                   array(select id from dead) as lost,
                   (select count(*) from node
                     where id <> $1 and heartbeat_at >= now() - make_interval(secs => $3)) as others
              from alive""";

    private static final String LEAVE = """
            with ghosts as (update active_session set node_id = null, last_seen_at = now() where node_id = $1)
            delete from node where id = $1""";

    private final Statements statements;

    PgNodeStore(Statements statements) {
        this.statements = statements;
    }

    @Override
    public Future<Beat> beat(UUID node, String version, Duration deadAfter, Duration limit) {
        var arguments = Tuple.of(node, version, (double) deadAfter.toSeconds());
        return statements.run(HEARTBEAT, arguments, limit).map(rows -> {
            var row = rows.iterator().next();
            return new Beat(
                    row.getOffsetDateTime("started_at").toInstant(),
                    List.of(row.getArrayOfUUIDs("lost")),
                    row.getLong("others"));
        });
    }

    @Override
    public Future<Void> leave(UUID node, Duration limit) {
        return statements.run(LEAVE, Tuple.of(node), limit).mapEmpty();
    }
}
