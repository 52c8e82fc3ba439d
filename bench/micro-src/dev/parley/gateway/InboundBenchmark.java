package dev.parley.gateway;

import dev.parley.micro.MicroBenchmark;
import dev.parley.micro.Samples;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A client's bytes up to the message that Vert.x is handed. One operation is one {@code send} with a body of 100 bytes,
 * as one masked frame that came in one piece: {@code frame} by the {@link Rfc6455Reader} alone, {@code inbound} through a
 * channel's pipeline, {@code utf8} the check of its text alone. Left out: the read call and its buffer, and all that
 * Vert.x and Quarkus do with the message.
 */
public class InboundBenchmark extends MicroBenchmark {
    private static final byte[] MASK = {0x35, (byte) 0xC2, 0x1F, 0x6A};

    private final byte[][] texts = Samples.all(n -> bytes(n, Samples.body(n)), byte[][]::new);
    private final byte[][] tongues = Samples.all(n -> bytes(n, Samples.manyTongues(n)), byte[][]::new);
    private final ByteBuf[] frames = Samples.all(n -> masked(texts[n]), ByteBuf[]::new);
    private final Above above = new Above();
    private final Wire wire = new Edge().opens(above);
    private final Rfc6455Reader reader = new Rfc6455Reader(1 << 16, 1 << 16);
    private final Utf8Check utf8 = new Utf8Check();

    private int next;
    private long sent;

    /** Reading has a rate of its own for each socket: none of its limits may be met. */
    @Setup
    public void look() {
        var first = frames[0].copy();
        reader.read(first, above);
        if (first.isReadable() || above.messages != 1) {
            throw new IllegalStateException("a frame was not read");
        }
        first.release();
        sent++;
    }

    @Benchmark
    public void frame() {
        sent++;
        reader.read(nextFrame(), above);
    }

    @Benchmark
    public void inbound() {
        sent++;
        var _ = wire.channel().pipeline().fireChannelRead(nextFrame().retain());
        wire.commandDone();
    }

    @Benchmark
    public boolean utf8() {
        var text = texts[next()];
        return utf8.accepts(text, 0, text.length) && utf8.complete();
    }

    /** The same with a body that is for the most part no ASCII. */
    @Benchmark
    public boolean utf8ManyTongues() {
        var text = tongues[next()];
        return utf8.accepts(text, 0, text.length) && utf8.complete();
    }

    /** Whether the figures are of what they say. */
    @TearDown
    public void check() {
        if (above.messages != sent || !utf8ManyTongues() || frames[0].refCnt() != 1) {
            throw new IllegalStateException("%d messages sent, %d heard".formatted(sent, above.messages));
        }
    }

    private ByteBuf nextFrame() {
        return frames[next()].readerIndex(0);
    }

    private int next() {
        next = (next + 1) & (Samples.COUNT - 1);
        return next;
    }

    private static byte[] bytes(int n, String body) {
        return Samples.send(n, body).getBytes(StandardCharsets.UTF_8);
    }

    private static ByteBuf masked(byte[] text) {
        var frame = PooledByteBufAllocator.DEFAULT.directBuffer();
        frame.writeByte(0x81).writeByte(0x80 | 126).writeShort(text.length).writeBytes(MASK);
        for (int i = 0; i < text.length; i++) {
            frame.writeByte(text[i] ^ MASK[i & 3]);
        }
        return frame;
    }

    /** Where the messages go: in place of Vert.x, and of the framing. */
    private static final class Above extends ChannelInboundHandlerAdapter implements Rfc6455Reader.Heard {
        private long messages;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ((TextWebSocketFrame) message).release();
            messages++;
        }

        @Override
        public boolean listening() {
            return true;
        }

        @Override
        public void message(boolean text, byte[] payload) {
            messages++;
        }

        @Override
        public void ping(byte[] payload) {
            throw new IllegalStateException("a ping");
        }

        @Override
        public void pong() {
            throw new IllegalStateException("a pong");
        }

        @Override
        public void close(int code, String reason) {
            throw new IllegalStateException("a close");
        }

        @Override
        public void fragment() {
            throw new IllegalStateException("a fragment");
        }

        @Override
        public void violation(Violation violation) {
            throw new IllegalStateException(violation.tag());
        }
    }
}
