package dev.parley.log;

import dev.parley.micro.Defaults;
import dev.parley.micro.MicroBenchmark;
import dev.parley.micro.Samples;
import dev.parley.protocol.Payload;
import dev.parley.trace.Tracing;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Lines, each of a room of its own, through a lane. One operation is one line of a batch of so many: queued, gathered,
 * given to the store, and the reply to its sender made, with the futures by which {@link RoomLog} and the messages pass it
 * on. The store answers at once, the lane's loop is a queue in the thread that appends. Left out: PostgreSQL, the turns of
 * an event loop, metrics, what is told to the room, and tracing, which is off. {@code statement25} is the part of the
 * store that is ours: a batch in the shape in which PostgreSQL's driver takes it.
 */
public class LaneBenchmark extends MicroBenchmark {
    private static final Instant AT = Instant.parse("2026-03-01T12:34:56.789012Z");
    private static final BiConsumer<Duration, Runnable> NEVER = (_, _) -> {
        throw new IllegalStateException("nothing is tried twice here");
    };

    private final ArrayDeque<Runnable> loop = new ArrayDeque<>();
    private List<Line> lines = List.of();
    private Lane lane = lane();
    private long batches;
    private long asked;
    private long committed;

    @Setup
    public void build(BenchmarkParams params) {
        lines = IntStream.range(0, params.getOpsPerInvocation())
                .mapToObj(LaneBenchmark::line)
                .toList();
        lane = lane();
    }

    @Benchmark
    public void batchOf1(Blackhole replies) {
        append(replies);
    }

    @Benchmark
    @OperationsPerInvocation(25)
    public void batchOf25(Blackhole replies) {
        append(replies);
    }

    @Benchmark
    @OperationsPerInvocation(200)
    public void batchOf200(Blackhole replies) {
        append(replies);
    }

    @Benchmark
    @OperationsPerInvocation(25)
    public Object statement25() {
        return PgBatch.of(lines).arguments();
    }

    /** Whether the figures are of what they say. */
    @TearDown
    public void check() {
        if (asked != batches || committed != batches * lines.size()) {
            throw new IllegalStateException(
                    "%d batches, asked for %d, %d lines written".formatted(batches, asked, committed));
        }
    }

    private void append(Blackhole replies) {
        batches++;
        for (var line : lines) {
            Promise<Appended> outcome = Promise.promise();
            lane.append(line, Tracing.NONE, outcome::complete);
            outcome.future()
                    .map(became -> Replies.to("17", line.room(), became))
                    .onComplete(reply -> replies.consume(reply.result()));
        }
        for (var work = loop.poll(); work != null; work = loop.poll()) {
            work.run();
        }
    }

    private Lane lane() {
        var store = new InstantStore(
                lines.stream().<Appended>map(_ -> new Appended.Written(1, AT)).toList(), () -> asked++);
        return new Lane(
                new Commits(store, Tracing.off()),
                Defaults.of(LogConfig.class),
                loop::add,
                NEVER,
                System::nanoTime,
                (batch, _) -> committed += batch.size());
    }

    private static Line line(int n) {
        var payload = new Payload.Message(Samples.body(n), null, null).json();
        return new Line(
                Samples.uuid(n), Samples.uuid(1000 + n), Samples.uuid(-n).toString(), Kind.MESSAGE, payload);
    }
}
