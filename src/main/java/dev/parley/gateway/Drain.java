package dev.parley.gateway;

import dev.parley.protocol.CloseCode;
import dev.parley.protocol.ServerFrame;
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

    Drain(UpgradeGate gate, Shards shards, Load load, ConnectionConfig config) {
        this.gate = gate;
        this.shards = shards;
        this.load = load;
        this.config = config;
    }

    /** Readiness is down already. On the thread that shuts down, which waits. */
    void drain(@Observes ShutdownDelayInitiatedEvent stopping) throws InterruptedException {
        int open = load.connections().count();
        gate.refuseUpgrades(config.comeBackAfter());
        shards.forEach(
                shard -> shard.forEachConnection(connection -> connection.wire().pause()));
        int unanswered = load.commands().awaitNone(config.drainLimit());
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
        if (unanswered + left > 0) {
            LOG.errorf(
                    "Stopping with %d commands unanswered and %d sockets cut that did not close; clients will resume",
                    unanswered, left);
        } else {
            LOG.infof("Drained %d connections", open);
        }
    }
}
