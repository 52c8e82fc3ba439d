package dev.parley.database;

import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.impl.SqlConnectionInternal;

/** The one place that leans on internals of the SQL client (4.5); a test fails if an upgrade moves them. */
final class ConnectionInternals {
    private ConnectionInternals() {}

    /**
     * Ends a connection whose server does not answer: what is under way on it fails, and the pool forgets it. The client's
     * own {@code close} waits for the answers, and hands a pool's connection to the next in line.
     */
    static void cut(SqlConnection connection) {
        if (connection instanceof SqlConnectionInternal internal
                && internal.unwrap().unwrap() instanceof SocketConnectionBase open) {
            var channel = open.socket().channelHandlerContext().channel();
            // Past the pipeline: its own close waits until all is written that the server does not read.
            channel.eventLoop().execute(() -> channel.unsafe().close(channel.voidPromise()));
        }
    }
}
