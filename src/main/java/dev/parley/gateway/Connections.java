package dev.parley.gateway;

import dev.parley.event.Events;
import dev.parley.log.Heads;
import dev.parley.log.RoomLog;
import dev.parley.presence.Rosters;
import dev.parley.session.SessionDetached;
import dev.parley.task.TaskManager;
import io.quarkus.websockets.next.WebSocketConnection;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** Makes a connection of each socket, and clears up after it. On the connection's event loop. */
@ApplicationScoped
class Connections {
    private static final Logger LOG = Logger.getLogger(Connections.class);

    private final Shards shards;
    private final Admission admission;
    private final Attached attached;
    private final Events events;
    private final TaskManager tasks;
    private final Load load;
    private final GatewayMetrics metrics;
    private final ErrorBoundary boundary;
    private final ConnectionConfig config;
    private final Readers.Sources sources;

    Connections(
            Shards shards,
            Admission admission,
            Attached attached,
            Events events,
            TaskManager tasks,
            Load load,
            GatewayMetrics metrics,
            ErrorBoundary boundary,
            ConnectionConfig config,
            RoomLog log,
            Heads heads,
            Rosters rosters) {
        this.shards = shards;
        this.admission = admission;
        this.attached = attached;
        this.events = events;
        this.tasks = tasks;
        this.load = load;
        this.metrics = metrics;
        this.boundary = boundary;
        this.config = config;
        this.sources = new Readers.Sources(log, heads, rosters, config.pageBytes());
    }

    /** If it fails, {@link #closed} still is what clears up. */
    void open(WebSocketConnection socket) {
        load.connections().begun();
        var wire = Wire.of(socket);
        var connection = new Connection(socket.id(), wire, shards.of(wire.loop()), sources, this::readLater, boundary);
        socket.userData().put(Connection.KEY, connection);
        connection.admit();
        LOG.debugf("Connection %s from %s is open", connection.id(), wire.remoteAddress());
    }

    static Connection of(WebSocketConnection socket) {
        var connection = socket.userData().get(Connection.KEY);
        if (connection == null) {
            throw new IllegalStateException("a message came before its connection was open");
        }
        return connection;
    }

    void closed(WebSocketConnection socket) {
        try {
            metrics.closed(Wire.of(socket).ending().code());
            var connection = socket.userData().get(Connection.KEY);
            if (connection != null) {
                admission.withdraw(connection);
                connection.gone().ifPresent(last -> {
                    attached.remove(last.session().id(), connection);
                    events.fire(new SessionDetached(last.session(), last.generation()));
                });
            }
        } finally { // last: who stops the node waits for it
            load.connections().ended();
        }
        LOG.debugf("Connection %s is closed", socket.id());
    }

    /** Readers that found the database away look again. */
    private void readLater(Connection connection, Reader reader) {
        tasks.after("gateway.reread", config.reopenPause(), () -> connection.onLoop("reading", reader::pump));
    }
}
