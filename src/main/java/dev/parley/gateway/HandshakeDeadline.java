package dev.parley.gateway;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends an HTTP connection whose request is not complete in time: the first one counted from accept, a later one from its
 * first bytes. A client that drips its header byte by byte is never idle, so an idle timeout does not see it. Leaves
 * with the upgrade.
 */
final class HandshakeDeadline extends ChannelInboundHandlerAdapter {
    private final long timeout;
    private final Violations violations;

    private long left;
    private boolean decoded;
    private @Nullable Future<?> limit;

    HandshakeDeadline(long timeout, long acceptedAt, Violations violations) {
        this.timeout = timeout;
        this.left = timeout - (System.nanoTime() - acceptedAt);
        this.violations = violations;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        arm(ctx);
        left = timeout;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        disarm();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        decoded = true;
        if (msg instanceof LastHttpContent) {
            disarm();
        } else if (msg instanceof HttpRequest) {
            arm(ctx);
        }
        ctx.fireChannelRead(msg);
    }

    /** Comes after each read of the socket: one that completed nothing was part of a request. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (!decoded) {
            arm(ctx);
        }
        decoded = false;
        ctx.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        disarm();
        ctx.fireChannelInactive();
    }

    private void arm(ChannelHandlerContext ctx) {
        if (limit == null) {
            limit = ctx.executor().schedule(() -> expire(ctx), left, TimeUnit.NANOSECONDS);
        }
    }

    private void disarm() {
        if (limit != null) {
            limit.cancel(false);
            limit = null;
        }
    }

    private void expire(ChannelHandlerContext ctx) {
        violations.record(Violation.SLOW_HANDSHAKE, ctx.channel());
        var answer = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.REQUEST_TIMEOUT, Unpooled.EMPTY_BUFFER);
        answer.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        answer.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, 0);
        var _ = ctx.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
    }
}
