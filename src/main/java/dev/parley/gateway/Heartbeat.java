package dev.parley.gateway;

import dev.parley.gateway.Connection.State;
import dev.parley.protocol.CloseCode;
import dev.parley.protocol.ServerFrame;
import dev.parley.task.Chore;
import dev.parley.task.TaskManager;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/** Looks at every connection now and then: pings it, and ends what is dead, stuck, late or out of date. */
@ApplicationScoped
class Heartbeat {
    private static final Logger LOG = Logger.getLogger(Heartbeat.class);

    private final Shards shards;
    private final Backlogs backlogs;
    private final LoopWatch loops;
    private final ConnectionConfig config;
    private final AtomicLong pings = new AtomicLong();

    Heartbeat(Shards shards, Backlogs backlogs, LoopWatch loops, ConnectionConfig config) {
        this.shards = shards;
        this.backlogs = backlogs;
        this.loops = loops;
        this.config = config;
    }

    void start(@Observes StartupEvent started, TaskManager tasks) {
        tasks.every(Chore.every(config.checkInterval(), "gateway.check"), this::check);
        tasks.every(Chore.every(config.pingInterval(), "gateway.ping"), this::ping);
    }

    private void check() {
        loops.look();
        shards.forEach(shard -> {
            var stuck = new ArrayList<String>(0);
            shard.forEachConnection(connection -> check(connection, stuck));
            tell(stuck);
            backlogs.report(shard.loop(), shard.backlog());
        });
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

    private void ping() {
        long n = pings.incrementAndGet();
        shards.forEach(shard -> shard.forEachConnection(connection -> {
            connection.wire().ping();
            if (connection.state() instanceof State.Active && connection.isWritable()) {
                connection.send(new ServerFrame.Ping(n, connection.readers().heads()));
            }
        }));
    }
}
