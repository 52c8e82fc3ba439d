package dev.parley.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.util.concurrent.EventExecutor;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.Http1xOrH2CHandler;
import io.vertx.core.http.impl.Http1xUpgradeToH2CHandler;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.http.impl.HttpServerImpl;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.impl.TCPServerBase;
import java.lang.reflect.Field;

/**
 * Everything of Vert.x and Quarkus that is not public and that the edge leans on. Written against Vert.x 4.5.27, Netty
 * 4.1.133 and Quarkus 3.33.2; {@code SocketInternalsTest} fails when one of these moves:
 *
 * <ol>
 *   <li>{@code HttpServerRequest.connection()} is a {@link HttpServerConnection}, also through Quarkus' wrappers, and
 *       gives its channel.
 *   <li>The pipeline of an HTTP/1 connection ends in the handler named {@code handler}; one before it sees decoded
 *       requests inbound, and typed frames and the 101 outbound.
 *   <li>The HTTP/1 decoder is named {@code httpDecoder}. Where HTTP/2 is offered without TLS, {@link Http1xOrH2CHandler}
 *       and then {@link Http1xUpgradeToH2CHandler} stand in the pipeline until the first request decides.
 *   <li>The 101 is written through that pipeline as one {@link HttpResponse}, when Netty's {@link WebSocketFrameDecoder}
 *       already stands in the place of the HTTP decoder. Nobody misses it when it is taken out.
 *   <li>{@code handler} takes frames that it did not see decoded, and treats a close frame as the end in good order: it
 *       echoes it (swallowed by {@link StrictFraming}), then closes the channel (likewise).
 *   <li>The idle handler is named {@code idle}; the one for files, {@code chunkedWriter}, serves nothing else.
 *   <li>{@link VertxInternal#sharedTCPServers} holds the bound servers under {@link HttpServerImpl}; the private
 *       {@code TCPServerBase.bindFuture} is the server channel.
 *   <li>{@link VertxInternal#getEventLoopGroup()} has all event loops.
 *   <li>Quarkus gives the {@code UserData} of the upgrade check to the connection.
 *   <li>When the 101 is written, nobody has copied the request's headers, and only
 *       Quarkus' log of traffic would show them ({@code UpgradeGateTest}).
 * </ol>
 */
@RegisterForReflection(targets = TCPServerBase.class, fields = true, methods = false)
final class SocketInternals {
    private static final String LAST = "handler";
    private static final String DECODER = "httpDecoder";
    private static final String IDLE = "idle";
    private static final String CHUNKS = "chunkedWriter";
    private static final String FRAMING = "parley-framing";
    private static final String DEADLINE = "parley-deadline";
    private static final String ARRIVALS = "parley-arrivals";

    private SocketInternals() {}

    /** Puts the framing below the handler of Vert.x; it sleeps until the 101 passes. */
    static void install(HttpServerRequest request, StrictFraming framing) {
        var pipeline = channel(request).pipeline();
        if (pipeline.get(FRAMING) != null) {
            // An upgrade that another check refused, on a connection that was kept.
            pipeline.remove(FRAMING);
        }
        pipeline.addBefore(LAST, FRAMING, framing);
    }

    static Channel channel(HttpServerRequest request) {
        return ((HttpServerConnection) request.connection()).channel();
    }

    static boolean switchesProtocols(Object message) {
        return message instanceof HttpResponse response
                && response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
    }

    /** From here on bytes reach the framing undecoded, and the handshake's time limits are over. */
    static void takeOver(Channel channel, EdgeLimits limits) {
        var pipeline = channel.pipeline();
        pipeline.remove(pipeline.get(WebSocketFrameDecoder.class));
        removeIfPresent(pipeline, IDLE);
        removeIfPresent(pipeline, DEADLINE);
        // It queues, where no water mark sees it.
        removeIfPresent(pipeline, CHUNKS);
        channel.config()
                .setWriteBufferWaterMark(
                        new WriteBufferWaterMark((int) limits.writeLowWater().asLongValue(), (int)
                                limits.writeHighWater().asLongValue()));
    }

    /** Whether the protocol is told by the first bytes or the first request: on the management port, see EdgeHttpOptions. */
    static boolean mayTurnToHttp2(ChannelPipeline pipeline) {
        return pipeline.get(Http1xOrH2CHandler.class) != null || pipeline.get(Http1xUpgradeToH2CHandler.class) != null;
    }

    static boolean speaksHttp(ChannelPipeline pipeline) {
        return pipeline.get(LAST) != null;
    }

    /** Puts the deadline in its place, if the connection speaks HTTP/1. */
    static void installDeadline(ChannelPipeline pipeline, ChannelHandler deadline) {
        if (pipeline.get(DECODER) != null) {
            pipeline.addBefore(LAST, DEADLINE, deadline);
        }
    }

    static Iterable<EventExecutor> eventLoops(Vertx vertx) {
        return ((VertxInternal) vertx).getEventLoopGroup();
    }

    /**
     * Lets a sharable handler see each accepted connection of all HTTP servers, of those that are still binding as soon as
     * they are bound. Returns how many servers there are.
     */
    static int watchArrivals(Vertx vertx, ChannelHandler arrivals) {
        var servers = ((VertxInternal) vertx).sharedTCPServers(HttpServerImpl.class);
        synchronized (servers) {
            servers.values()
                    .forEach(server -> bound(server).onSuccess(channel -> {
                        var pipeline = ((Channel) channel).pipeline();
                        // The listening socket outlives a live reload, its watcher must not.
                        removeIfPresent(pipeline, ARRIVALS);
                        pipeline.addFirst(ARRIVALS, arrivals);
                    }));
            return servers.size();
        }
    }

    private static Future<?> bound(TCPServerBase server) {
        try {
            Field bound = TCPServerBase.class.getDeclaredField("bindFuture");
            bound.setAccessible(true);
            return (Future<?>) bound.get(server);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Vert.x moved TCPServerBase.bindFuture: slow handshakes go unnoticed", e);
        }
    }

    private static void removeIfPresent(ChannelPipeline pipeline, String name) {
        if (pipeline.get(name) != null) {
            pipeline.remove(name);
        }
    }
}
