package dev.parley.gateway;

import dev.parley.gateway.Connection.State;
import dev.parley.protocol.CloseCode;
import dev.parley.protocol.ServerFrame;
import dev.parley.task.Chore;
import dev.parley.task.TaskManager;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Looks at every connection now and then: pings it, and ends what is dead, stuck, late or out of date. At a part of them at a time:
 * all others on an event loop would wait for it.
 */
@ApplicationScoped
class Heartbeat {
    private static final Logger LOG = Logger.getLogger(Heartbeat.class);
    /** In so many parts connections are checked, one after another. */
    private static final int CHECKED_PARTS = 10;

    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration PING_PERIOD = Duration.ofSeconds(1);

    private final Shards shards;
    private final Backlogs backlogs;
    private final LoopWatch loops;
    private final TaskManager tasks;
    private final ConnectionConfig config;
    private final long startedNanos = System.nanoTime();
    /** Since the start: whose turn is up to it has been pinged. */
    private final AtomicLong pingedSecond = new AtomicLong(-1);

    Heartbeat(Shards shards, Backlogs backlogs, LoopWatch loops, TaskManager tasks, ConnectionConfig config) {
        this.shards = shards;
        this.backlogs = backlogs;
        this.loops = loops;
        this.tasks = tasks;
        this.config = config;
    }

    void start(@Observes StartupEvent started) {
        tasks.every(Chore.every(config.checkInterval(), "gateway.check"), this::check);
        tasks.every(Chore.every(PING_PERIOD, "gateway.ping"), this::ping);
    }

    private void check() {
        loops.look();
        shards.forEach(shard -> backlogs.report(shard.loop(), shard.backlog()));
        checkFrom(0);
    }

    private void checkFrom(int part) {
        shards.forEach(shard -> {
            var stuck = new ArrayList<String>(0);
            shard.forEachConnection(part, CHECKED_PARTS, connection -> check(connection, stuck));
            tell(stuck);
        });
        if (part + 1 < CHECKED_PARTS) {
            tasks.after("gateway.check.part", PAUSE, () -> checkFrom(part + 1));
        }
    }

    private void tell(List<String> stuck) {
        if (!stuck.isEmpty()) {
            LOG.infof(
                    "Connections cut since they have taken nothing for %s: %d, the first %s",
                    config.stuckLimit(), stuck.size(), stuck.getFirst());
        }
    }

    private void check(Connection connection, List<String> stuck) {
        connection.giveUpUnanswered(config.commandLimit());
        if (connection.wire().stuckFor(config.stuckLimit())) {
            stuck.add(connection.id());
            connection.cut();
        } else if (connection.isSilentFor(config.silenceLimit())) {
            connection.end(
                    CloseCode.HEARTBEAT_MISSED,
                    "nothing heard for " + config.silenceLimit().toSeconds() + " s");
        } else {
            switch (connection.state()) {
                case State.AwaitingHello(long openedAt) -> {
                    if (System.nanoTime() - openedAt > config.helloLimit().toNanos()) {
                        connection.end(CloseCode.NO_HELLO, "no hello in time");
                    }
                }
                case State.Active active -> {
                    if (active.tokenExpiresAt().isBefore(Instant.now())) {
                        connection.end(CloseCode.TOKEN_EXPIRED, "the token has expired");
                    }
                }
                case State.Greeting _, State.Ended _ -> {}
            }
        }
    }

    /** One of as many parts as an interval has seconds, in each second: also of those in which the scheduler has left out a run. */
    private void ping() {
        int parts = (int) config.pingInterval().toSeconds();
        long now = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedNanos);
        long from = Math.max(pingedSecond.getAndSet(now) + 1, now - parts + 1);
        for (long second = from; second <= now; second++) {
            int part = (int) (second % parts);
            long n = second / parts + 1;
            shards.forEach(shard -> shard.forEachConnection(part, parts, connection -> ping(connection, n)));
        }
    }

    private void ping(Connection connection, long n) {
        connection.wire().ping();
        if (connection.state() instanceof State.Active && connection.isWritable()) {
            connection.send(new ServerFrame.Ping(n, connection.readers().heads()));
        }
    }
}
