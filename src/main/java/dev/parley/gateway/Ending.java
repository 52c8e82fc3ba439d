package dev.parley.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How one socket ends: OPEN, then CLOSING once our close frame is queued, then LINGERING once it is out and nothing more
 * is owed to us. Lingering means that our direction of TCP is shut and what the peer still sends is thrown away: a close
 * with unread bytes would be a reset, and a reset may overtake the close frame. Confined to the event loop.
 */
final class Ending {
    private enum Stage {
        OPEN,
        CLOSING,
        LINGERING
    }

    private final Inbound inbound;
    private final ChannelHandlerContext ctx;
    private final Duration closeTimeout;
    private final Duration lingerTimeout;

    private Stage stage = Stage.OPEN;
    private int code;
    private boolean said;
    private boolean nothingOwed;
    private @Nullable Future<?> limit;

    Ending(Inbound inbound, ChannelHandlerContext ctx, EdgeLimits limits) {
        this.inbound = inbound;
        this.ctx = ctx;
        this.closeTimeout = limits.closeTimeout();
        this.lingerTimeout = limits.lingerTimeout();
    }

    boolean open() {
        return stage == Stage.OPEN;
    }

    /** The code of the close frame that we sent, 0 if none or none yet. */
    int code() {
        return code;
    }

    /** Says close and waits for the answer. Only the first close is said. */
    void close(int code, String reason) {
        if (stage == Stage.OPEN) {
            this.code = code;
            say(Frames.close(ctx.alloc(), code, reason), ctx.newPromise());
        }
    }

    /** As {@link #close}, with a payload that somebody above encoded. */
    void closeAsAbove(ByteBuf payload, ChannelPromise promise) {
        int code = payload.readableBytes() < 2 ? 0 : payload.getUnsignedShort(payload.readerIndex());
        var reason = code == 0 ? "" : payload.toString(payload.readerIndex() + 2, payload.readableBytes() - 2, UTF_8);
        if (stage == Stage.OPEN) {
            this.code = code;
            say(Frames.close(ctx.alloc(), code, reason), promise.unvoid());
        } else {
            promise.trySuccess();
        }
    }

    /** The peer has said its last word, or forfeited it: says close if that is not done, then ends TCP. */
    void finish(int code, String reason) {
        nothingOwed = true;
        close(code, reason);
        if (said) {
            linger();
        }
    }

    /** Ends TCP now. */
    void cut() {
        if (ctx.channel().isOpen()) {
            stage = Stage.LINGERING;
            // A reset: else the kernel would keep its part of the backlog and go on offering it.
            ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            drop();
        }
    }

    void closed() {
        stage = Stage.LINGERING;
        if (limit != null) {
            limit.cancel(false);
        }
    }

    private void say(ByteBuf frame, ChannelPromise promise) {
        stage = Stage.CLOSING;
        inbound.readOn();
        within(closeTimeout, this::closeTimedOut);
        var _ = ctx.writeAndFlush(frame, promise).addListener((ChannelFuture done) -> said(done.isSuccess()));
    }

    private void said(boolean taken) {
        said = taken;
        if (!taken) {
            drop();
        } else if (nothingOwed) {
            linger();
        }
    }

    private void closeTimedOut() {
        if (said) {
            drop();
        } else {
            inbound.report(Violation.CLOSE_NOT_TAKEN);
            cut();
        }
    }

    private void linger() {
        if (stage == Stage.LINGERING) {
            return;
        }
        stage = Stage.LINGERING;
        // TLS says goodbye by itself, and only on a whole close.
        if (ctx.pipeline().get(SslHandler.class) == null && ctx.channel() instanceof DuplexChannel half) {
            within(lingerTimeout, this::drop);
            var _ = half.shutdownOutput();
        } else {
            drop();
        }
    }

    private void drop() {
        var _ = ctx.close();
    }

    private void within(Duration time, Runnable then) {
        if (limit != null) {
            limit.cancel(false);
        }
        limit = ctx.executor().schedule(then, time.toNanos(), TimeUnit.NANOSECONDS);
    }
}
