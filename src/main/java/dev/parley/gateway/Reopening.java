package dev.parley.gateway;

import dev.parley.database.Interrupted;
import dev.parley.event.Events;
import dev.parley.gateway.Connection.State;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.ServerFrame;
import dev.parley.room.ReopenRequested;
import dev.parley.task.TaskManager;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Opens the rooms of a client that resumes, all with one question. While the database is away it keeps asking. */
@ApplicationScoped
class Reopening {
    private static final Logger LOG = Logger.getLogger(Reopening.class);

    private final Events events;
    private final Admission admission;
    private final TaskManager tasks;
    private final ConnectionConfig config;

    Reopening(Events events, Admission admission, TaskManager tasks, ConnectionConfig config) {
        this.events = events;
        this.admission = admission;
        this.tasks = tasks;
        this.config = config;
    }

    /**
     * Opens rooms for an attached connection; each is announced by {@code caught_up}, or by an {@code error} that names it.
     *
     * @param rooms what the client has of each, as seq
     * @param first told the heads that are known before the first entry of any goes out; none while the database is away
     * @return ends when {@code first} was told; fails if it throws, and then opens nothing
     */
    Future<Void> reopen(Connection connection, Map<UUID, Long> rooms, Consumer<Map<UUID, Long>> first) {
        if (rooms.isEmpty()) {
            return told(first, Map.of());
        }
        if (rooms.size() > config.openRooms()) {
            return told(first, Map.of()).map(_ -> {
                connection.refuse(null, ErrorCode.TOO_LARGE, "resume names more than " + config.openRooms() + " rooms");
                return null;
            });
        }
        rooms.keySet().forEach(connection.readers()::expectAgain);
        return ask(connection, rooms, first);
    }

    /** Each question is waited for to its end: to ask another beside it would be to ask twice of who is late already. */
    private Future<Void> ask(Connection connection, Map<UUID, Long> rooms, Consumer<Map<UUID, Long>> first) {
        Promise<Map<UUID, Long>> answer = Promise.promise();
        try {
            events.fire(new ReopenRequested(connection.account(), rooms.keySet(), answer));
        } catch (Throwable fault) {
            answer.tryFail(fault);
        }
        var heads = answer.future();
        // A limit of its own: the welcome waits for it, and a frozen database must not keep a client out.
        var soon = heads.timeout(config.reopenPause().toMillis(), TimeUnit.MILLISECONDS);
        return connection.here(soon, _ -> {}).transform(known -> {
            if (!(connection.state() instanceof State.Active)) {
                giveUp(connection, rooms);
                return Future.succeededFuture();
            }
            return told(first, known.succeeded() ? known.result() : Map.of()).transform(said -> {
                if (said.failed()) {
                    giveUp(connection, rooms);
                    return Future.failedFuture(said.cause());
                }
                if (known.succeeded()) {
                    connection.vital("resume", () -> goOn(connection, rooms, known));
                } else {
                    admission.stayUntil(heads);
                    connection.onOutcome(
                            "resume", connection.here(heads, _ -> {}), found -> goOn(connection, rooms, found));
                }
                return Future.succeededFuture();
            });
        });
    }

    private void goOn(Connection connection, Map<UUID, Long> rooms, AsyncResult<Map<UUID, Long>> found) {
        if (!(connection.state() instanceof State.Active)) {
            giveUp(connection, rooms);
            return;
        }
        if (found.succeeded()) {
            rooms.forEach((room, since) -> open(connection, room, since, found.result()));
            return;
        }
        if (found.cause() instanceof Interrupted) {
            LOG.debugf("Rooms of connection %s wait for the database: %s", connection.id(), found.cause());
        } else {
            connection.boundary().noted("resume", found.cause());
        }
        later(connection, rooms);
    }

    private void later(Connection connection, Map<UUID, Long> rooms) {
        tasks.after(
                "gateway.reopen",
                config.reopenPause(),
                () -> connection.onLoop("resume", () -> again(connection, rooms)));
    }

    /** Not before those who wait to be let in. */
    private void again(Connection connection, Map<UUID, Long> rooms) {
        if (!(connection.state() instanceof State.Active)) {
            giveUp(connection, rooms);
        } else if (admission.enterIfFree()) {
            admission.leaveAfter(ask(connection, rooms, _ -> {}));
        } else {
            later(connection, rooms);
        }
    }

    private static Future<Void> told(Consumer<Map<UUID, Long>> first, Map<UUID, Long> heads) {
        return Future.<Void>succeededFuture().map(_ -> {
            first.accept(heads);
            return null;
        });
    }

    private static void giveUp(Connection connection, Map<UUID, Long> rooms) {
        rooms.keySet().forEach(connection.readers()::giveUp);
    }

    private static void open(Connection connection, UUID room, long since, Map<UUID, Long> heads) {
        var head = heads.get(room);
        if (!connection.readers().isExpectedAgain(room)) { // the client has closed it meanwhile, or opened it itself
            connection.readers().giveUp(room);
        } else if (head == null || !connection.readers().mayOpen(room)) {
            connection.readers().giveUp(room);
            connection.send(ServerFrame.Failed.about(room, ErrorCode.NOT_MEMBER, "not a member of this room"));
        } else if (since > head) {
            connection.readers().giveUp(room);
            connection.send(ServerFrame.Failed.about(room, ErrorCode.INVALID, "since is beyond the room's head"));
        } else {
            connection.readers().open(room, since, head, true);
        }
    }
}
