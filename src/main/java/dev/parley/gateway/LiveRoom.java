package dev.parley.gateway;

import dev.parley.log.EntriesCommitted.Growth;
import dev.parley.protocol.EncodedEntry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.UUID;

/**
 * What a room has grown by, encoded once for all its readers.
 *
 * @param firstSeq of the first entry in {@code frames}; 0 if there are none
 * @param frames the {@code entry} frames of the wire, one after the other
 */
record LiveRoom(UUID room, long firstSeq, long lastSeq, ByteBuf frames) {

    static LiveRoom of(Growth growth) {
        var entries = growth.entries();
        return entries.isEmpty()
                ? bare(growth.room())
                : new LiveRoom(
                        growth.room(),
                        entries.getFirst().seq(),
                        entries.getLast().seq(),
                        frames(growth.room(), entries));
    }

    /** That it has grown, and no more. */
    static LiveRoom bare(UUID room) {
        return new LiveRoom(room, 0, -1, Unpooled.EMPTY_BUFFER);
    }

    int count() {
        return (int) (lastSeq - firstSeq + 1);
    }

    private static ByteBuf frames(UUID room, List<EncodedEntry> entries) {
        var allocator = PooledByteBufAllocator.DEFAULT;
        if (entries.size() == 1) {
            return Wire.textFrame(allocator, entries.getFirst().frame(room));
        }
        var frames = allocator.compositeDirectBuffer(entries.size());
        entries.forEach(entry -> frames.addComponent(true, Wire.textFrame(allocator, entry.frame(room))));
        return frames;
    }
}
