package dev.parley.protocol;

import dev.parley.micro.MicroBenchmark;
import dev.parley.micro.Samples;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * JSON in and out, with a body of 100 bytes. One operation is one frame, one payload or one entry, as the gateway, the
 * messages and the log have them made. Left out: the WebSocket around it, and the text that Vert.x makes of a message's
 * bytes before it is read.
 */
public class CodecBenchmark extends MicroBenchmark {
    private static final Instant AT = Instant.parse("2026-03-01T12:34:56.789012Z");
    private static final int PAGE = 8;

    private final UUID room = Samples.uuid(0);
    private final String[] sends = Samples.all(n -> Samples.send(n, Samples.body(n)), String[]::new);
    private final Payload.Message[] messages =
            Samples.all(n -> new Payload.Message(Samples.body(n), null, null), Payload.Message[]::new);
    private final String[] cids = Samples.all(n -> Samples.uuid(-n).toString(), String[]::new);
    private final String[] payloads = Samples.all(n -> messages[n].json(), String[]::new);
    private final EncodedEntry[] entries = Samples.all(this::encoded, EncodedEntry[]::new);
    private final ServerFrame[] oks =
            Samples.all(n -> new ServerFrame.Written("" + n, room, 1_000_000 + n, AT, false), ServerFrame[]::new);
    private final ServerFrame[] pages = Samples.all(this::page, ServerFrame[]::new);

    private int next;

    /** A {@code send} is read. */
    @Benchmark
    public Object readSend() {
        return FrameReader.read(sends[next()]);
    }

    /** What is said in it becomes the payload of a line. */
    @Benchmark
    public Object writePayload() {
        return messages[next()].json();
    }

    /** The {@code ok} to it. */
    @Benchmark
    public Object writeOk() {
        return FrameWriter.write(oks[next()]);
    }

    /** A committed line becomes an entry. */
    @Benchmark
    public Object encodeEntry() {
        return encoded(next());
    }

    /** The {@code entry} frame of an encoded entry. */
    @Benchmark
    public Object writeEntry() {
        return entries[next()].frame(room);
    }

    /** A page of eight encoded entries for a reader that is behind. */
    @Benchmark
    public Object writeEntries8() {
        return FrameWriter.write(pages[next()]);
    }

    private int next() {
        next = (next + 1) & (Samples.COUNT - 1);
        return next;
    }

    private EncodedEntry encoded(int n) {
        return EncodedEntry.of(1_000_000 + n, "message", room, AT, cids[n], payloads[n]);
    }

    private ServerFrame page(int n) {
        int from = Math.min(n, Samples.COUNT - PAGE);
        var page = Arrays.asList(entries).subList(from, from + PAGE);
        return new ServerFrame.Entries(
                room, page.getFirst().seq(), page.getLast().seq(), page);
    }
}
