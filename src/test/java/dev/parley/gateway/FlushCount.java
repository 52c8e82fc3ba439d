package dev.parley.gateway;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the flushes that reach the socket of a wire. */
final class FlushCount extends ChannelOutboundHandlerAdapter {
    private final AtomicLong flushes;

    private FlushCount(AtomicLong flushes) {
        this.flushes = flushes;
    }

    static void at(Wire wire, AtomicLong flushes) {
        wire.channel().pipeline().addFirst(new FlushCount(flushes));
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        flushes.incrementAndGet();
        ctx.flush();
    }
}
