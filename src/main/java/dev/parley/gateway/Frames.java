package dev.parley.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;

/** Frames as a server writes them: whole, unmasked, header included. */
final class Frames {
    private static final int FIN = 0x80;
    private static final int TEXT = 0x1;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xA;
    private static final int MAX_HEADER = 10;
    private static final int MAX_CONTROL_PAYLOAD = 125;

    private Frames() {}

    static ByteBuf text(ByteBufAllocator allocator, byte[] utf8) {
        return frame(allocator, TEXT, utf8);
    }

    static ByteBuf ping(ByteBufAllocator allocator, byte[] payload) {
        return frame(allocator, PING, payload);
    }

    static ByteBuf pong(ByteBufAllocator allocator, byte[] payload) {
        return frame(allocator, PONG, payload);
    }

    /** A close frame. A code of 0 stands for none. A reason that is too long is cut between characters. */
    static ByteBuf close(ByteBufAllocator allocator, int code, String reason) {
        if (code == 0) {
            return frame(allocator, CLOSE, new byte[0]);
        }
        var payload = ByteBuffer.allocate(MAX_CONTROL_PAYLOAD).putShort((short) code);
        // The encoder stops before a character that does not fit.
        var encoder = StandardCharsets.UTF_8.newEncoder();
        encoder.encode(CharBuffer.wrap(reason), payload, true);
        var bytes = new byte[payload.flip().remaining()];
        payload.get(bytes);
        return frame(allocator, CLOSE, bytes);
    }

    /** What Vert.x is told of a close, any code, unlike Netty's own constructors; 0 stands for none. */
    static CloseWebSocketFrame closeForAbove(int code, String reason) {
        var content = code == 0 ? Unpooled.EMPTY_BUFFER : Unpooled.buffer(2 + reason.length());
        if (code != 0) {
            content.writeShort(code).writeCharSequence(reason, StandardCharsets.UTF_8);
        }
        return new CloseWebSocketFrame(true, 0, content);
    }

    private static ByteBuf frame(ByteBufAllocator allocator, int opcode, byte[] payload) {
        var out = allocator.ioBuffer(MAX_HEADER + payload.length);
        out.writeByte(FIN | opcode);
        if (payload.length <= MAX_CONTROL_PAYLOAD) {
            out.writeByte(payload.length);
        } else if (payload.length <= 0xFFFF) {
            out.writeByte(126).writeShort(payload.length);
        } else {
            out.writeByte(127).writeLong(payload.length);
        }
        return out.writeBytes(payload);
    }
}
