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

    /**
     * Gives a connection back to its pool, on its own event loop. Done on another thread in the moment in which it is lost,
     * the pool would keep it: {@code SqlConnectionPool.PooledConnection.handleClosed} (4.5.27) then fails before it is
     * removed, and a dead connection is lent again and again, since the last one that came back goes first.
     */
    static void giveBack(SqlConnection connection) {
        if (connection instanceof SqlConnectionInternal internal
                && internal.unwrap().unwrap() instanceof SocketConnectionBase open) {
            var loop = open.socket().channelHandlerContext().channel().eventLoop();
            if (!loop.inEventLoop() && !loop.isShuttingDown()) {
                loop.execute(connection::close);
                return;
            }
        }
        var _ = connection.close();
    }

    /**
     * Ends a connection that works but leads to the wrong server, or holds what it must not keep. Only then does it go back to the pool, which has forgotten
     * it by that time: given back first, it would go to the next in line.
     */
    static void discard(SqlConnection connection) {
        if (connection instanceof SqlConnectionInternal internal
                && internal.unwrap().unwrap() instanceof SocketConnectionBase open) {
            var channel = open.socket().channelHandlerContext().channel();
            if (!channel.eventLoop().isShuttingDown()) {
                channel.eventLoop().execute(() -> {
                    channel.unsafe().close(channel.voidPromise());
                    channel.eventLoop().execute(connection::close); // behind the news of its end
                });
                return;
            }
        }
        var _ = connection.close();
    }
}
