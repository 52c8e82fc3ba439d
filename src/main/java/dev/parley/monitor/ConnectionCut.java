package dev.parley.monitor;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;

/** The one place here that leans on internals of Vert.x (4.5); the test of a client that never reads fails if they move. */
final class ConnectionCut {
    private ConnectionCut() {}

    /** Ends a connection and forgets what it was to be sent. Its own {@code close} waits until the client has read that. */
    static void cut(HttpServerRequest request) {
        var channel = ((HttpServerConnection) request.connection()).channel();
        channel.eventLoop().execute(() -> channel.unsafe().close(channel.voidPromise()));
    }
}
