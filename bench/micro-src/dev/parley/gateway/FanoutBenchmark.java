package dev.parley.gateway;

import dev.parley.log.EntriesCommitted;
import dev.parley.log.EntriesCommitted.Growth;
import dev.parley.micro.MicroBenchmark;
import dev.parley.micro.Samples;
import dev.parley.protocol.EncodedEntry;
import dev.parley.protocol.Payload;
import dev.parley.protocol.ServerFrame;
import dev.parley.trace.Tracing;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * Entries of one room told to its readers, all at the head, all on one event loop. One operation is the delivery to one
 * reader, from {@link EntriesCommitted} until Netty would write to the socket: the frame that all share is made, each
 * reader writes it, the {@link Outbox} flushes each. In {@code eightTo1000} eight entries are delivered at once. Left out:
 * the entry's own encoding (the codec's {@code encodeEntry}), the write call, CDI, the client's acknowledgements, and
 * tracing, which is off. {@code answer} is one {@code ok} to one socket, by the same way out.
 */
public class FanoutBenchmark extends MicroBenchmark {
    private static final Instant AT = Instant.parse("2026-03-01T12:34:56.789012Z");

    private final UUID room = Samples.uuid(0);
    private final Edge edge = new Edge();
    private final List<Connection> readers = new ArrayList<>();
    private final byte[] json = EncodedEntry.of(
                    1_000_000,
                    "message",
                    Samples.uuid(1),
                    AT,
                    Samples.uuid(2).toString(),
                    new Payload.Message(Samples.body(0), null, null).json())
            .json();

    @SuppressWarnings("deprecation") // the registry that Quarkus takes
    private final Fanout fanout = new Fanout(
            edge.shards,
            edge.heads,
            new Attached(),
            edge.boundary,
            Tracing.off(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));

    private long head;
    private long told;

    @Setup
    public void open(BenchmarkParams params) {
        for (int n = 0; n < params.getOpsPerInvocation(); n++) {
            var reader = edge.connects(n, new ChannelInboundHandlerAdapter());
            reader.readers().expect(room);
            reader.readers().open(room, 0, 0, false);
            readers.add(reader);
        }
    }

    @Benchmark
    public void to1() {
        tell(1);
    }

    @Benchmark
    @OperationsPerInvocation(100)
    public void to100() {
        tell(1);
    }

    @Benchmark
    @OperationsPerInvocation(1000)
    public void to1000() {
        tell(1);
    }

    @Benchmark
    @OperationsPerInvocation(1000)
    public void eightTo1000() {
        tell(8);
    }

    @Benchmark
    public void answer() {
        told++;
        readers.getFirst().send(new ServerFrame.Written("17", room, ++head, AT, false));
        edge.runs();
    }

    /** Whether the figures are of what they say. */
    @TearDown
    public void check() {
        for (var reader : readers) {
            var socket = Edge.socket(reader);
            if (socket.buffers() != told
                    || socket.bytes() < head * 100
                    || reader.wire().pendingBytes() != 0) {
                throw new IllegalStateException("%d entries told %d times, %d buffers of %d bytes written"
                        .formatted(head, told, socket.buffers(), socket.bytes()));
            }
        }
    }

    private void tell(int entries) {
        told++;
        var grown = IntStream.range(0, entries)
                .mapToObj(_ -> new EncodedEntry(++head, null, json))
                .toList();
        edge.heads.advance(room, head);
        fanout.deliver(new EntriesCommitted(List.of(new Growth(room, head, grown)), true));
        edge.runs();
    }
}
