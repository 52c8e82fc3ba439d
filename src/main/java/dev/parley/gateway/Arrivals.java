package dev.parley.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.quarkus.vertx.http.HttpServerStart;
import io.quarkus.vertx.http.HttpsServerStart;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Singleton;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sets the clock of the handshake at accept, before a byte is read. */
@Singleton
class Arrivals {
    private final Vertx vertx;
    private final Violations violations;
    private final long timeout;

    Arrivals(Vertx vertx, Violations violations, EdgeLimits limits) {
        this.vertx = vertx;
        this.violations = violations;
        this.timeout = limits.handshakeTimeout().toNanos();
    }

    void watch(@ObservesAsync HttpServerStart start) {
        watchAll();
    }

    void watchTls(@ObservesAsync HttpsServerStart start) {
        watchAll();
    }

    /** Watches every listening socket and returns how many there are. */
    int watchAll() {
        return SocketInternals.watchArrivals(vertx, new Door());
    }

    /** In the pipeline of a listening socket: its messages are the accepted connections. */
    @ChannelHandler.Sharable
    private final class Door extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            if (msg instanceof Channel accepted) {
                accepted.pipeline().addLast(new Arrival());
            }
            ctx.fireChannelRead(msg);
        }
    }

    /** Watches a connection until it speaks HTTP (with TLS that takes a while), then hands over to the deadline. */
    private final class Arrival extends ChannelInboundHandlerAdapter {
        private final long acceptedAt = System.nanoTime();
        private @Nullable Future<?> limit;
        private boolean undecided;

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            limit = ctx.executor().schedule(() -> expire(ctx), timeout, TimeUnit.NANOSECONDS);
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext ctx) {
            if (limit != null) {
                limit.cancel(false);
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            var pipeline = ctx.pipeline();
            undecided |= SocketInternals.mayTurnToHttp2(pipeline);
            if (!undecided && SocketInternals.speaksHttp(pipeline)) {
                SocketInternals.installDeadline(pipeline, new HandshakeDeadline(timeout, acceptedAt, violations));
                pipeline.remove(this);
            }
            ctx.fireChannelRead(msg);
            // Too late for a deadline: the head of the first request has just been read, and its answer may take long.
            // An upgrade to HTTP/2 has taken us out by itself.
            if (undecided && !ctx.isRemoved() && SocketInternals.speaksHttp(pipeline)) {
                pipeline.remove(this);
            }
        }

        private void expire(ChannelHandlerContext ctx) {
            violations.record(Violation.SLOW_HANDSHAKE, ctx.channel());
            var _ = ctx.close();
        }
    }
}
