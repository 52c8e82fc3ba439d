package dev.parley.database;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import jakarta.inject.Singleton;

/** Opens connections beside the pool, for what keeps one for itself. The pool's limit does not count them. */
@Singleton
public class DirectConnections {
    private final Vertx vertx;
    private final PoolCreator creator;

    /** @param pool not used, but it is its making that says how to connect */
    DirectConnections(Vertx vertx, Pool pool, PoolCreator creator) {
        this.vertx = vertx;
        this.creator = creator;
    }

    /**
     * Opens one, which is the caller's to close. Fails within {@code parley.database.connect-timeout} if there is nobody,
     * but not if somebody answers the network and then says nothing: wait with a limit.
     *
     * @param name under which the database lists it
     */
    public Future<PgConnection> open(String name) {
        var options = new PgConnectOptions(creator.connectOptions().orElseThrow());
        options.addProperty("application_name", name);
        return PgConnection.connect(vertx, options);
    }

    /** Ends one whose server may not answer: at once, and without a word to it. */
    public void cut(PgConnection connection) {
        ConnectionInternals.cut(connection);
    }
}
