package dev.parley.gateway;

import dev.parley.log.Heads;
import dev.parley.presence.Rosters;
import dev.parley.micro.Defaults;
import dev.parley.micro.Samples;
import dev.parley.session.Caller;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.vertx.core.MultiMap;
import java.time.Instant;

/**
 * An event loop that runs in the thread that asks it to, and upgraded sockets on it, each a {@link Sink}. Beans are plain
 * objects here, without the proxies that the container puts before them. What is only asked in trouble (the log of faults,
 * a session, pages from the database) is not there: trouble ends the benchmark.
 */
@SuppressWarnings("NullAway") // see above
final class Edge {
    private static final int ANY_WINDOW = Integer.MAX_VALUE;

    final ErrorBoundary boundary = new ErrorBoundary(null, null);
    final Shards shards = new Shards(boundary);
    final Heads heads = new Heads();

    private final EmbeddedChannel owner = new EmbeddedChannel();
    private final EdgeLimits limits = Defaults.of(EdgeLimits.class);
    private final Violations violations = new Violations(new SimpleMeterRegistry());
    private final Readers.Sources sources =
            new Readers.Sources(null, heads, new Rosters(), Defaults.of(ConnectionConfig.class).pageBytes());

    /** A socket just after its 101, with what stands above the framing. */
    Wire opens(ChannelInboundHandler above) {
        var socket = new Sink();
        var framing = new StrictFraming(limits, violations, null, new Upgrade("", MultiMap.caseInsensitiveMultiMap(), null));
        socket.pipeline()
                .addLast(new WebSocket13FrameDecoder(
                        WebSocketDecoderConfig.newBuilder().build()))
                .addLast(new WebSocket13FrameEncoder(false))
                .addLast(framing)
                .addLast(above);
        var _ = owner.eventLoop().register(socket);
        var _ = socket.writeAndFlush(
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS));
        runs();
        return framing.wire();
    }

    /** A connection of somebody who may have everything sent and acknowledges nothing. */
    Connection connects(int n, ChannelInboundHandler above) {
        var wire = opens(above);
        var shard = shards.of(wire.loop());
        var connection = new Connection("c" + n, wire, shard, sources, (_, _) -> {}, boundary);
        var caller = new Caller(Samples.uuid(n), "somebody", Samples.uuid(-n));
        connection.become(new Connection.State.Active(caller, null, 1, Instant.MAX, ANY_WINDOW));
        connection.admit();
        return connection;
    }

    /** Lets the loop do all that it has to do. */
    void runs() {
        owner.runPendingTasks();
    }

    static Sink socket(Connection connection) {
        return (Sink) connection.wire().channel();
    }
}
