package dev.parley.gateway;

import dev.parley.problem.FaultLog;
import dev.parley.protocol.CloseCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import org.jboss.logging.Logger;

/**
 * Stands between the bytes of an upgraded socket and Vert.x, in place of its frame decoder. Vert.x sees whole messages
 * and one close; everything else ends here. Until the 101 passes it lets all through. Confined to the event loop.
 */
final class StrictFraming extends ChannelDuplexHandler {
    private static final Logger LOG = Logger.getLogger(StrictFraming.class);

    private final EdgeLimits limits;
    private final Violations violations;
    private final FaultLog faults;
    private final Upgrade upgrade;
    private Wire wire;
    private boolean upgraded;
    private boolean eager;

    @SuppressWarnings("NullAway.Init") // the wire comes with handlerAdded, before anything happens
    StrictFraming(EdgeLimits limits, Violations violations, FaultLog faults, Upgrade upgrade) {
        this.limits = limits;
        this.violations = violations;
        this.faults = faults;
        this.upgrade = upgrade;
    }

    Wire wire() {
        return wire;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        wire = new Wire(ctx, limits, violations, upgrade);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (!upgraded || !(msg instanceof ByteBuf bytes)) {
            if (msg instanceof WebSocketFrame) {
                // Decoded by Netty, between the request and the 101: nobody above is ready for it.
                eager = true;
                ReferenceCountUtil.release(msg);
            } else {
                ctx.fireChannelRead(msg);
            }
            return;
        }
        wire.inbound().read(bytes);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (msg instanceof CloseWebSocketFrame close) {
            wire.ending().closeAsAbove(close.content(), promise);
            close.release();
        } else if (msg instanceof WebSocketFrame && !wire.ending().open()) {
            ReferenceCountUtil.release(msg);
            promise.trySuccess();
        } else {
            if (SocketInternals.switchesProtocols(msg)) {
                upgraded = true;
                upgrade.answered();
                SocketInternals.takeOver(ctx.channel(), limits);
                if (eager) {
                    ctx.executor().execute(() -> wire.inbound().violation(Violation.EAGER_FRAME));
                }
            }
            var _ = ctx.write(msg, promise);
        }
    }

    /** Vert.x ends TCP without a word, or before ours is out: the close frame comes first, and {@link Ending} ends it. */
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (!upgraded || !ctx.channel().isActive()) {
            var _ = ctx.close(promise);
            return;
        }
        var _ = ctx.channel().closeFuture().addListener(done -> promise.trySuccess());
        wire.ending().finish(CloseCode.GOING_AWAY.code(), "");
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        wire.writabilityChanged();
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        wire.inbound().end();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!upgraded && cause instanceof CorruptedWebSocketFrameException) {
            eager = true;
        } else if (!upgraded) {
            ctx.fireExceptionCaught(cause);
        } else if (cause instanceof IOException) {
            LOG.debugf("Socket failed (%s): %s", cause.getMessage(), ctx.channel());
            var _ = ctx.close();
        } else {
            var errorId = faults.record("pipeline", "Socket %s failed and is closed".formatted(ctx.channel()), cause);
            wire.ending().finish(CloseCode.INTERNAL.code(), "error_id " + errorId);
        }
    }
}
