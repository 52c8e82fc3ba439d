package dev.parley.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The inbound half of a wire: what was read of a socket, and how far it may be heard. It hears no further than the
 * commands in flight allow: what a socket read brought beyond that waits as bytes, and the next read waits too. Confined
 * to the event loop.
 */
final class Inbound implements Rfc6455Reader.Heard {
    /** Reasons to pause; they add up. */
    static final int ASKED = 1;

    /** The peer does not read the answers that it asked for. */
    static final int UNREAD = 4;

    private static final int BUSY = 2;

    private final Wire wire;
    private final ChannelHandlerContext ctx;
    private final Violations violations;
    private final Rfc6455Reader reader;
    private final Allowance pings;
    private final Allowance pongs;
    private final Allowance fragments;
    private final MessageWatch message;
    private final long closeTimeout;
    private final int maxInFlight;
    private final ArrayDeque<ByteBuf> unread = new ArrayDeque<>(1);

    private @Nullable Runnable goodbye;
    private @Nullable Runnable whenServed;
    /** Nothing of the peer matters any more: it said close, or broke the rules. */
    private boolean deaf;

    private boolean reading;
    private int pauses;
    private int inFlight;
    private long now = System.nanoTime();

    Inbound(Wire wire, ChannelHandlerContext ctx, EdgeLimits limits, Violations violations) {
        this.wire = wire;
        this.ctx = ctx;
        this.violations = violations;
        this.reader = new Rfc6455Reader(
                limits.maxFrameSize().asLongValue(), limits.maxMessageSize().asLongValue());
        this.pings = new Allowance(limits.pingsPerSecond());
        this.pongs = new Allowance(limits.pongsPerSecond());
        this.fragments = new Allowance(limits.fragmentsPerSecond());
        this.message = new MessageWatch(
                ctx.executor(),
                limits.messageTimeout().toNanos(),
                this::paused,
                () -> violation(Violation.SLOW_MESSAGE));
        this.closeTimeout = limits.closeTimeout().toNanos();
        this.maxInFlight = limits.inFlightCommands();
    }

    /** Takes over what was read from the socket. */
    void read(ByteBuf bytes) {
        now = System.nanoTime();
        if (deaf) {
            bytes.release();
        } else {
            unread.add(bytes);
            readUnread();
        }
    }

    /** TCP is over. */
    void end() {
        boolean oursAlone = !deaf && wire.ending().code() != 0;
        deafen();
        dropUnread();
        sayGoodbye();
        if (oursAlone) {
            tellAbove(wire.ending().code(), "");
        }
        wire.ending().closed();
    }

    long lastInboundNanos() {
        return now;
    }

    boolean deaf() {
        return deaf;
    }

    boolean paused() {
        return pauses != 0;
    }

    void pause(int reason) {
        if (wire.ending().open()) {
            pauses |= reason;
            ctx.channel().config().setAutoRead(false);
        }
    }

    void resume(int reason) {
        if ((pauses & reason) != 0) {
            pauses &= ~reason;
            goOn();
        }
    }

    void commandDone() {
        if (!ctx.executor().inEventLoop()) {
            ctx.executor().execute(this::commandDone);
            return;
        }
        inFlight--;
        if (inFlight == 0) {
            sayGoodbye();
            served();
        }
        if (inFlight <= maxInFlight / 2) {
            resume(BUSY);
        }
    }

    /** Hears nothing more, and does that as soon as all that was heard is served. At most once. */
    void whenServed(Runnable action) {
        pause(ASKED);
        whenServed = action;
        if (inFlight == 0) {
            served();
        }
    }

    private void served() {
        var action = whenServed;
        whenServed = null;
        if (action != null) {
            action.run();
        }
    }

    /** Reads to the end whatever is paused: a close was said, and its answer is all that is waited for. */
    void readOn() {
        pauses = 0;
        goOn();
    }

    void report(Violation violation) {
        violations.record(violation, ctx.channel());
    }

    private void goOn() {
        if (pauses != 0) {
            return;
        }
        message.goOn();
        readUnread();
        if (pauses == 0) {
            ctx.channel().config().setAutoRead(true);
        }
    }

    private void readUnread() {
        if (reading) {
            return;
        }
        reading = true;
        for (var bytes = next(); bytes != null; bytes = next()) {
            reader.read(bytes, this);
            if (bytes.isReadable() && !deaf) {
                unread.addFirst(bytes);
            } else {
                bytes.release();
            }
        }
        reading = false;
        if (deaf) {
            dropUnread();
        } else if (reader.midMessage()) {
            message.underWay(now);
        } else {
            message.over();
        }
    }

    private @Nullable ByteBuf next() {
        return listening() ? unread.poll() : null;
    }

    private void deafen() {
        deaf = true;
        message.over();
    }

    private void dropUnread() {
        unread.forEach(ByteBuf::release);
        unread.clear();
    }

    // What the reader hears.

    @Override
    public boolean listening() {
        return pauses == 0 && !deaf;
    }

    @Override
    public void message(boolean text, byte[] payload) {
        message.over();
        if (!wire.ending().open()) {
            return;
        }
        inFlight++;
        if (inFlight >= maxInFlight) {
            pause(BUSY);
        }
        // Not pooled: Vert.x takes such a buffer as it is, any other it copies.
        var content = Unpooled.wrappedBuffer(payload);
        ctx.fireChannelRead(text ? new TextWebSocketFrame(content) : new BinaryWebSocketFrame(content));
    }

    @Override
    public void ping(byte[] payload) {
        if (!pings.take(now)) {
            violation(Violation.PING_FLOOD);
        } else {
            wire.pong(payload);
        }
    }

    @Override
    public void pong() {
        if (!pongs.take(now)) {
            violation(Violation.PONG_FLOOD);
        }
    }

    @Override
    public void fragment() {
        if (!fragments.take(now)) {
            violation(Violation.FRAGMENT_FLOOD);
        }
    }

    /**
     * The peer closes, or must be closed. What it sent before is served and answered first, within the limit of a close;
     * what comes after is thrown away.
     */
    @Override
    public void close(int code, String reason) {
        deafen();
        goodbye = () -> {
            wire.ending().finish(code, "");
            tellAbove(code, reason);
        };
        if (inFlight == 0 || !wire.ending().open()) {
            sayGoodbye();
        } else {
            var _ = ctx.executor().schedule(this::sayGoodbye, closeTimeout, TimeUnit.NANOSECONDS);
        }
    }

    private void sayGoodbye() {
        var said = goodbye;
        goodbye = null;
        if (said != null) {
            said.run();
        }
    }

    @Override
    public void violation(Violation violation) {
        report(violation);
        close(violation.closeCode().code(), violation.tag());
    }

    /** Vert.x then takes the connection for closed in good order, and has nothing to report as an error. */
    private void tellAbove(int code, String reason) {
        ctx.fireChannelRead(Frames.closeForAbove(code, reason));
    }
}
