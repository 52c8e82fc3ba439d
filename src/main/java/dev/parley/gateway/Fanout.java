package dev.parley.gateway;

import dev.parley.log.EntriesCommitted;
import dev.parley.log.Heads;
import dev.parley.presence.PresenceChanged;
import dev.parley.presence.Rosters;
import dev.parley.presence.TypingChanged;
import dev.parley.protocol.CloseCode;
import dev.parley.protocol.ServerFrame;
import dev.parley.room.MemberLeft;
import dev.parley.session.SessionEnded;
import dev.parley.session.SessionFenced;
import dev.parley.trace.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.TimeUnit;

/** Brings what happened to the connections that it concerns: each event is encoded once and handed to every event loop. */
@ApplicationScoped
class Fanout {
    private final Shards shards;
    private final Heads heads;
    private final Rosters rosters;
    private final Attached attached;
    private final ErrorBoundary boundary;
    private final Tracing tracing;
    private final Timer lag;

    Fanout(
            Shards shards,
            Heads heads,
            Rosters rosters,
            Attached attached,
            ErrorBoundary boundary,
            Tracing tracing,
            MeterRegistry metrics) {
        this.shards = shards;
        this.heads = heads;
        this.rosters = rosters;
        this.attached = attached;
        this.boundary = boundary;
        this.tracing = tracing;
        this.lag = Timer.builder("parley.delivery.lag")
                .description("From the commit of a batch until an event loop has written it to its readers' sockets")
                .publishPercentileHistogram()
                .register(metrics);
    }

    /** On the lane's loop, which has the rooms' order; each loop keeps it. */
    void deliver(@Observes EntriesCommitted event) {
        var live = event.rooms().stream()
                .filter(growth -> heads.isWatched(growth.room()))
                .map(this::live)
                .toList();
        if (live.isEmpty()) {
            return;
        }
        long committed = System.nanoTime();
        var span = tracing.begin("fan-out", tracing.current()).setAttribute("parley.rooms", live.size());
        shards.forEach(() -> live.forEach(room -> room.frames().retain()), shard -> {
            var delivery = tracing.begin("delivery", span);
            try {
                shard.deliver(live);
            } finally {
                delivery.end();
                live.forEach(room -> room.frames().release());
            }
            lag.record(System.nanoTime() - committed, TimeUnit.NANOSECONDS);
        });
        live.forEach(room -> room.frames().release());
        span.end();
    }

    /** What cannot be encoded is left to the readers: they fetch their pages. */
    private LiveRoom live(EntriesCommitted.Growth growth) {
        try {
            return LiveRoom.of(growth);
        } catch (RuntimeException e) {
            boundary.noted("delivery", e);
            return LiveRoom.bare(growth.room());
        }
    }

    /** Droppable: not for a socket that is behind. */
    void typing(@Observes TypingChanged event) {
        if (!heads.isWatched(event.room())) {
            return;
        }
        var frame = new ServerFrame.Typing(event.room(), event.account(), event.on());
        shards.forEach(shard -> shard.forEachReader(event.room(), reader -> {
            if (!reader.account().equals(event.account()) && reader.connection().isWritable()) {
                reader.connection().send(frame);
            }
        }));
    }

    void presence(@Observes PresenceChanged event) {
        shards.forEach(shard -> event.rooms().forEach(room -> {
            var roster = rosters.of(room);
            if (roster != null) {
                try (var news = new PresenceWatch.News(room, roster)) {
                    shard.forEachReader(room, reader -> reader.presence().tell(news));
                }
            }
        }));
    }

    void stopReading(@Observes MemberLeft event) {
        shards.forEach(shard -> shard.leave(event.room(), event.account()));
    }

    void fence(@Observes SessionFenced event) {
        attached.of(event.session())
                .filter(connection -> connection.generation() <= event.generation())
                .ifPresent(connection -> connection.end(CloseCode.REPLACED, "another connection has the session"));
    }

    /** Who logs out is answered first, and closes then. */
    void end(@Observes SessionEnded event) {
        if (event.cause() != SessionEnded.Cause.LOGGED_OUT) {
            attached.of(event.session())
                    .ifPresent(connection -> connection.end(CloseCode.REVOKED, "the session was ended"));
        }
    }
}
