package dev.parley.gateway;

import dev.parley.lifecycle.Sockets;
import dev.parley.protocol.CloseCode;
import dev.parley.protocol.ServerFrame;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.function.Consumer;

/** What a drain does with the sockets of this node. */
@ApplicationScoped
class DrainedSockets implements Sockets {
    private final UpgradeGate gate;
    private final Admission admission;
    private final Shards shards;
    private final Load load;
    private final ConnectionConfig config;
    private final ServerFrame.Bye bye;

    DrainedSockets(UpgradeGate gate, Admission admission, Shards shards, Load load, ConnectionConfig config) {
        this.gate = gate;
        this.admission = admission;
        this.shards = shards;
        this.load = load;
        this.config = config;
        this.bye = ServerFrame.Bye.of(
                CloseCode.RESTART, "the server restarts", config.comeBackAfter(), config.comeBackJitter());
    }

    @Override
    public void refuseUpgrades() {
        gate.refuseUpgrades(config.comeBackAfter());
        admission.refuse();
    }

    @Override
    public void acceptUpgrades() {
        gate.acceptUpgrades();
        admission.admit();
    }

    @Override
    public int open() {
        return load.connections().count();
    }

    @Override
    public int commands() {
        return load.commands().count();
    }

    @Override
    public void sendAway(int oneIn) {
        shards.forEach(shard -> shard.sendAway(oneIn, CloseCode.RESTART, bye));
    }

    @Override
    public void end() {
        forEach(connection -> connection.end(CloseCode.RESTART, bye));
    }

    @Override
    public void cut() {
        forEach(connection -> connection.wire().cut());
    }

    @Override
    public int awaitAnswers(Duration limit) throws InterruptedException {
        return load.commands().awaitNone(limit);
    }

    @Override
    public int awaitClosed(Duration limit) throws InterruptedException {
        return load.connections().awaitNone(limit);
    }

    private void forEach(Consumer<Connection> action) {
        shards.forEach(shard -> shard.forEachConnection(action));
    }
}
