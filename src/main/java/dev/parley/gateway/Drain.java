package dev.parley.gateway;

import dev.parley.event.Events;
import dev.parley.gateway.DrainStepEnded.Step;
import dev.parley.protocol.CloseCode;
import dev.parley.protocol.ServerFrame;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Empties the node of connections while all the rest still works: Quarkus would close them later, without a word to the
 * clients and with their commands unanswered.
 */
@ApplicationScoped
class Drain {
    private static final Logger LOG = Logger.getLogger(Drain.class);
    private static final Duration CUT_LIMIT = Duration.ofSeconds(1);

    private final UpgradeGate gate;
    private final Shards shards;
    private final Load load;
    private final ConnectionConfig config;
    private final Events events;
    private final MeterRegistry metrics;
    private volatile boolean draining;

    Drain(UpgradeGate gate, Shards shards, Load load, ConnectionConfig config, Events events, MeterRegistry metrics) {
        this.gate = gate;
        this.shards = shards;
        this.load = load;
        this.config = config;
        this.events = events;
        this.metrics = metrics;
        Gauge.builder("parley.draining", this, drain -> drain.draining ? 1 : 0)
                .description("1 while this node lets its clients go")
                .register(metrics);
    }

    /** Readiness is down already. On the thread that shuts down, which waits. */
    void drain(@Observes ShutdownDelayInitiatedEvent stopping) throws InterruptedException {
        draining = true;
        long began = System.nanoTime();
        int open = load.connections().count();
        gate.refuseUpgrades(config.comeBackAfter());
        began = ended(Step.UPGRADES_REFUSED, began, 0);
        shards.forEach(
                shard -> shard.forEachConnection(connection -> connection.wire().pause()));
        int unanswered = load.commands().awaitNone(config.drainLimit());
        began = ended(Step.COMMANDS_ANSWERED, began, unanswered);
        var bye = ServerFrame.Bye.of(
                CloseCode.RESTART, "the server restarts", config.comeBackAfter(), config.comeBackJitter());
        shards.forEach(shard -> shard.forEachConnection(connection -> connection.end(CloseCode.RESTART, bye)));
        int left = load.connections().awaitNone(config.drainLimit());
        if (left > 0) {
            // Closed after us, each would leave a stack trace of the framework's, which is gone by then.
            shards.forEach(shard ->
                    shard.forEachConnection(connection -> connection.wire().cut()));
            int _ = load.connections().awaitNone(CUT_LIMIT);
        }
        long _ = ended(Step.SOCKETS_CLOSED, began, left);
        if (unanswered + left > 0) {
            LOG.errorf(
                    "Stopping with %d commands unanswered and %d sockets cut that did not close; clients will resume",
                    unanswered, left);
        } else {
            LOG.infof("Drained %d connections", open);
        }
    }

    /** Answers with when the next step begins: now. */
    private long ended(Step step, long began, int left) {
        long now = System.nanoTime();
        var took = Duration.ofNanos(now - began);
        Timer.builder("parley.drain.steps")
                .description("How long the steps of a drain took")
                .tag("step", step.wireName())
                .register(metrics)
                .record(took);
        events.fire(new DrainStepEnded(step, took, left));
        return now;
    }
}
