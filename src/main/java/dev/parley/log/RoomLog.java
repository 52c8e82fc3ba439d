package dev.parley.log;

import dev.parley.database.DatabaseBreaker;
import dev.parley.event.Events;
import dev.parley.log.EntriesCommitted.Growth;
import dev.parley.protocol.EncodedEntry;
import dev.parley.protocol.Rules;
import dev.parley.task.TaskManager;
import dev.parley.trace.Tracing;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The ordered, durable log of every room. Thread-safe; futures end on some event loop, within bounded time. */
@ApplicationScoped
public class RoomLog {
    private final EntryStore store;
    private final DatabaseBreaker breaker;
    private final LogConfig config;
    private final Heads heads;
    private final Events events;
    private final Tail tail;
    private final Tracing tracing;
    private final LogMetrics outcomes;
    private final List<Lane> lanes = new ArrayList<>();
    private final ConcurrentHashMap<Page, Future<List<EncodedEntry>>> underWay = new ConcurrentHashMap<>();

    /** A page that many readers may want at the same moment, as they do after a restart. */
    private record Page(UUID room, long after) {}

    RoomLog(
            EntryStore store,
            DatabaseBreaker breaker,
            Heads heads,
            Events events,
            LogConfig config,
            LaneLoops loops,
            TaskManager tasks,
            LogMetrics outcomes,
            Tracing tracing,
            MeterRegistry metrics) {
        this.store = store;
        this.breaker = breaker;
        this.config = config;
        this.heads = heads;
        this.events = events;
        this.outcomes = outcomes;
        this.tracing = tracing;
        this.tail = new Tail(config.tailBytes());
        for (var loop : loops.of(config.lanes())) {
            lanes.add(new Lane(
                    new Commits(store, tracing),
                    config,
                    loop,
                    (pause, work) -> tasks.after("log.retry", pause, work),
                    System::nanoTime,
                    this::committed));
        }
        Gauge.builder(
                        "parley.log.waiting",
                        lanes,
                        all -> all.stream().mapToInt(Lane::waiting).sum())
                .description("Lines that wait for a transaction")
                .register(metrics);
    }

    void start(@Observes StartupEvent started) {
        // Being asked makes the bean, hence its lanes, at a moment when waiting for them is allowed.
    }

    /**
     * Writes a line, in the order of the calls for each room. The future never fails: what became of the line is an
     * {@link Appended}. Its commit is told by {@link EntriesCommitted} after the future ended. While the database has
     * been away for longer than anybody waits, nobody waits.
     */
    public Future<Appended> append(Line line) {
        if (breaker.isAwayLongerThan(config.patience())) {
            var unavailable = new Appended.Unavailable(config.retryAfter());
            outcomes.told(unavailable);
            return Future.succeededFuture(unavailable);
        }
        Promise<Appended> outcome = Promise.promise();
        lanes.get(Math.floorMod(line.room().hashCode(), lanes.size())).append(line, tracing.current(), became -> {
            outcomes.told(became);
            outcome.complete(became);
        });
        return outcome.future();
    }

    /** The first entries above {@code after} in order of seq, from memory if they are there: at most a page. */
    public Future<List<EncodedEntry>> follow(UUID room, long after) {
        var recent = tail.above(room, after, Rules.MAX_PAGE);
        if (!recent.isEmpty()) {
            return Future.succeededFuture(recent);
        }
        var page = new Page(room, after);
        var wanted = underWay.computeIfAbsent(
                page, _ -> store.above(room, after, Rules.MAX_PAGE).onSuccess(entries -> tail.add(room, entries)));
        wanted.onComplete(_ -> underWay.remove(page, wanted));
        return wanted;
    }

    /** At most {@code limit} of the entries above {@code after}, the lowest of them, in order of seq. */
    public Future<List<EncodedEntry>> above(UUID room, long after, int limit) {
        return store.above(room, after, limit);
    }

    /** At most {@code limit} of the entries below {@code before}, the highest of them, in order of seq. */
    public Future<List<EncodedEntry>> below(UUID room, long before, int limit) {
        return store.below(room, before, limit);
    }

    /** On the lane's loop. Entries of rooms that nobody here reads are not even encoded: who comes later asks the database. */
    private void committed(List<Waiting> batch, List<Appended> outcomes) {
        var growths = new LinkedHashMap<UUID, Growth>();
        var watched =
                new HashMap<UUID, Boolean>(); // asked once: an answer that changes would tear a hole in the middle
        for (int i = 0; i < batch.size(); i++) {
            if (outcomes.get(i) instanceof Appended.Committed place) {
                var line = batch.get(i).line();
                var growth = growths.computeIfAbsent(line.room(), room -> new Growth(room, 0, new ArrayList<>()));
                if (place instanceof Appended.Written && watched.computeIfAbsent(line.room(), heads::isWatched)) {
                    growth.entries()
                            .add(EncodedEntry.of(
                                    place.seq(),
                                    line.kind().wireName(),
                                    line.sender(),
                                    place.at(),
                                    line.cid(),
                                    line.payload()));
                }
                growths.put(
                        line.room(), new Growth(line.room(), Math.max(growth.head(), place.seq()), growth.entries()));
            }
        }
        if (!growths.isEmpty()) {
            growths.values().forEach(growth -> {
                tail.add(growth.room(), growth.entries());
                heads.advance(growth.room(), growth.head());
            });
            events.fire(new EntriesCommitted(List.copyOf(growths.values()), true));
        }
    }
}
