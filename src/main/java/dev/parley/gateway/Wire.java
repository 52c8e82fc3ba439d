package dev.parley.gateway;

import dev.parley.protocol.CloseCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.quarkus.websockets.next.UserData.TypedKey;
import io.quarkus.websockets.next.WebSocketConnection;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The socket below one connection: outbound bytes, backpressure, the end. Written to below Vert.x, whose own queue has no
 * bound and whose close waits behind it. Everything is confined to {@link #loop()} unless it says otherwise.
 */
final class Wire {
    /** Where {@link UpgradeGate} leaves the wire of a connection. */
    static final TypedKey<Wire> KEY = new TypedKey<>("parley.wire");

    private static final byte[] NO_PAYLOAD = {};

    private final ChannelHandlerContext ctx;
    private final Channel channel;
    private final ChannelPromise voidPromise;
    private final Inbound inbound;
    private final Ending ending;
    private final long maxUnread;
    private final Upgrade upgrade;

    private Runnable onWritable = () -> {};
    private boolean flushScheduled;
    private long written;
    private long drained;
    private long movedAt = System.nanoTime();
    private byte @Nullable [] owedPong;

    Wire(ChannelHandlerContext ctx, EdgeLimits limits, Violations violations, Upgrade upgrade) {
        this.ctx = ctx;
        this.channel = ctx.channel();
        this.voidPromise = ctx.voidPromise();
        this.inbound = new Inbound(this, ctx, limits, violations);
        this.ending = new Ending(inbound, ctx, limits);
        this.maxUnread = limits.maxUnread().asLongValue();
        this.upgrade = upgrade;
    }

    /** The wire of a connection that came through {@link UpgradeGate}, which is every one. */
    static Wire of(WebSocketConnection connection) {
        var wire = connection.userData().get(KEY);
        if (wire == null) {
            throw new IllegalStateException("No wire: the connection did not pass the upgrade gate");
        }
        return wire;
    }

    /** One whole text frame. Every receiver writes its own {@code retainedDuplicate()} of it. */
    static ByteBuf textFrame(ByteBufAllocator allocator, byte[] utf8) {
        return Frames.text(allocator, utf8);
    }

    EventLoop loop() {
        return channel.eventLoop();
    }

    ByteBufAllocator allocator() {
        return channel.alloc();
    }

    /**
     * Queues whole frames and takes over one reference. Sent by one flush when the wire's turn comes in its loop's
     * {@link Outbox}, however many were queued till then. Never refuses: who pushes asks {@link #writable()} first, and
     * whose commands fill it is not heard until it has read. After the close they are dropped.
     */
    void write(ByteBuf frames) {
        if (!ending.open()) {
            frames.release();
            return;
        }
        long before = pendingBytes();
        var _ = ctx.write(frames, voidPromise);
        long pending = pendingBytes();
        written += pending - before;
        if (pending > maxUnread) {
            inbound.pause(Inbound.UNREAD);
        }
        if (!flushScheduled) {
            flushScheduled = true;
            Outbox.add(this);
        }
    }

    /** Whether less is queued than the high mark, and since then less than the low one. Any thread. */
    boolean writable() {
        return channel.isWritable();
    }

    /** Called on the loop each time the wire becomes writable again. Replaces the one before. */
    void onWritable(Runnable listener) {
        this.onWritable = listener;
    }

    /** Bytes queued and not yet taken by the socket. Any thread. */
    long pendingBytes() {
        var buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    /**
     * Whether a backlog exists of which the socket took nothing for so long. It compares with the last time it was asked,
     * so it is as exact as that is frequent. What still waits for its turn to be flushed was not offered to the socket.
     */
    boolean stuckFor(Duration limit) {
        long now = System.nanoTime();
        long pending = pendingBytes();
        if (pending == 0 || flushScheduled || written - pending != drained) {
            drained = written - pending;
            movedAt = now;
            return false;
        }
        return now - movedAt >= limit.toNanos();
    }

    /** When the last byte of the peer was seen, by {@link System#nanoTime()}. None is seen while reading is paused. */
    long lastInboundNanos() {
        return inbound.lastInboundNanos();
    }

    /** Stops reading, until {@link #resume()}. What was already read from the socket waits. */
    void pause() {
        inbound.pause(Inbound.ASKED);
    }

    void resume() {
        inbound.resume(Inbound.ASKED);
    }

    /** Stops reading for good, and does that as soon as the commands that were heard are answered. At most once. */
    void whenServed(Runnable action) {
        inbound.whenServed(action);
    }

    /** Whether the peer has said close, or is made to leave: nobody waits for an answer. */
    boolean isLeft() {
        return inbound.deaf();
    }

    /** Whether reading is paused, by {@link #pause()} or because too many commands are in flight. */
    boolean paused() {
        return inbound.paused();
    }

    /** One inbound message is served; once for each that was handed up. */
    void commandDone() {
        inbound.commandDone();
    }

    /** A ping, unless the wire is not writable: then the backlog already tells whether the peer is alive. */
    void ping() {
        if (writable()) {
            write(Frames.ping(allocator(), NO_PAYLOAD));
        }
    }

    /** Answers a ping; at most one answer waits for the wire to become writable, the newest (RFC 6455 section 5.5.3). */
    void pong(byte[] payload) {
        if (writable()) {
            write(Frames.pong(allocator(), payload));
        } else {
            owedPong = payload;
        }
    }

    /**
     * Says close after all that is written, then ends TCP when the peer has answered or the limit is over. A socket that
     * does not even take the close frame in time is cut. Any thread.
     */
    void close(CloseCode code, String reason) {
        if (loop().inEventLoop()) {
            ending.close(code.code(), reason);
        } else {
            loop().execute(() -> ending.close(code.code(), reason));
        }
    }

    /** Ends TCP now, by a reset, with no close frame, and frees what was queued. Any thread. */
    void cut() {
        if (loop().inEventLoop()) {
            ending.cut();
        } else {
            loop().execute(ending::cut);
        }
    }

    String remoteAddress() {
        return upgrade.remoteAddress();
    }

    Upgrade upgrade() {
        return upgrade;
    }

    Channel channel() {
        return channel;
    }

    Inbound inbound() {
        return inbound;
    }

    Ending ending() {
        return ending;
    }

    void writabilityChanged() {
        if (!writable()) {
            return;
        }
        var pong = owedPong;
        owedPong = null;
        if (pong != null) {
            write(Frames.pong(allocator(), pong));
        }
        inbound.resume(Inbound.UNREAD);
        onWritable.run();
    }

    /** For {@link Outbox}: sends what is queued. */
    void flush() {
        flushScheduled = false;
        ctx.flush();
    }
}
