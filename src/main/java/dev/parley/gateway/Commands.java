package dev.parley.gateway;

import dev.parley.event.Events;
import dev.parley.gateway.Connection.State;
import dev.parley.message.HistoryRequested;
import dev.parley.message.SendRequested;
import dev.parley.presence.PresenceRequested;
import dev.parley.presence.TypingRequested;
import dev.parley.protocol.ClientFrame;
import dev.parley.protocol.CloseCode;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.ServerFrame;
import dev.parley.room.CreateRoomRequested;
import dev.parley.room.JoinRequested;
import dev.parley.room.LeaveRequested;
import dev.parley.room.OpenRequested;
import dev.parley.session.CursorsAcknowledged;
import dev.parley.session.LogoutRequested;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns each command into the event that its feature observes, and its outcome into the answer. On the connection's event
 * loop; every future ends there when the client has its answer, with what became of the command, and fails if that would be a
 * fault of ours.
 */
@ApplicationScoped
class Commands {
    private final Greeting greeting;
    private final Events events;
    private final ConnectionConfig config;

    Commands(Greeting greeting, Events events, ConnectionConfig config) {
        this.greeting = greeting;
        this.events = events;
        this.config = config;
    }

    Future<Outcome> perform(Connection connection, ClientFrame frame) {
        if (frame instanceof ClientFrame.Hello hello) {
            return greeting.hello(connection, hello);
        }
        return switch (connection.state()) {
            case State.Active active -> perform(connection, active, frame);
            case State.AwaitingHello _, State.Greeting _ ->
                refuse(connection, frame.id(), ErrorCode.UNAUTHORIZED, "say hello first");
            case State.Ended _ -> done();
        };
    }

    private Future<Outcome> perform(Connection connection, State.Active active, ClientFrame frame) {
        var caller = active.caller();
        return switch (frame) {
            case ClientFrame.Send send ->
                answer(connection, answer -> events.fire(new SendRequested(caller, send, answer)));
            case ClientFrame.CreateRoom create ->
                answer(connection, answer -> events.fire(new CreateRoomRequested(caller, create, answer)));
            case ClientFrame.Join join ->
                answer(connection, answer -> events.fire(new JoinRequested(caller, join, answer)));
            case ClientFrame.Leave leave ->
                answer(connection, answer -> events.fire(new LeaveRequested(caller, leave, answer)));
            case ClientFrame.History history ->
                answer(connection, answer -> events.fire(new HistoryRequested(caller, history, answer)));
            case ClientFrame.Open open -> open(connection, active, open);
            case ClientFrame.Close close -> close(connection, close);
            case ClientFrame.Ack ack -> acknowledge(connection, active, ack);
            case ClientFrame.Typing typing -> type(connection, typing);
            case ClientFrame.Presence presence -> presence(connection, active, presence);
            case ClientFrame.Ping ping -> say(connection, new ServerFrame.Done(ping.id()));
            case ClientFrame.Auth auth -> Future.succeededFuture(greeting.renew(connection, auth, active));
            case ClientFrame.Logout logout -> logout(connection, active, logout);
            case ClientFrame.Hello hello -> greeting.hello(connection, hello);
        };
    }

    private Future<Outcome> answer(Connection connection, Consumer<Promise<ServerFrame>> request) {
        return connection.ask(request).map(connection::answer);
    }

    private Future<Outcome> open(Connection connection, State.Active active, ClientFrame.Open frame) {
        var room = frame.room();
        var readers = connection.readers();
        if (!readers.has(room) && readers.count() >= config.openRooms()) {
            return refuse(
                    connection,
                    frame.id(),
                    ErrorCode.TOO_LARGE,
                    "at most " + config.openRooms() + " rooms may be open");
        }
        readers.expect(room);
        long cursor = active.session().cursor(room);
        return connection
                .<ServerFrame>ask(answer -> events.fire(new OpenRequested(active.caller(), frame, cursor, answer)))
                .recover(fault -> {
                    readers.giveUp(room);
                    return Future.failedFuture(fault);
                })
                .map(shown -> show(connection, frame, shown));
    }

    private static Outcome show(Connection connection, ClientFrame.Open frame, ServerFrame shown) {
        var room = frame.room();
        var readers = connection.readers();
        if (!(shown instanceof ServerFrame.Opened opened) || !(connection.state() instanceof State.Active)) {
            readers.giveUp(room);
            return connection.answer(shown);
        }
        if (!readers.mayOpen(room)) {
            readers.giveUp(room);
            return connection.answer(
                    ServerFrame.Failed.of(frame.id(), ErrorCode.NOT_MEMBER, "not a member of this room"));
        }
        var outcome = sayOrGiveUp(connection, opened);
        connection.vital("open", () -> {
            announceGap(connection, frame, opened);
            readers.open(room, readUpTo(frame, opened), opened.head(), opened.more());
        });
        return outcome;
    }

    private static Outcome sayOrGiveUp(Connection connection, ServerFrame.Opened opened) {
        try {
            return connection.answer(opened);
        } catch (RuntimeException e) { // it was not said: the room is not open, and this command alone has failed
            connection.readers().giveUp(opened.room());
            throw e;
        }
    }

    /** What the client asked for and cannot have any more. */
    private static void announceGap(Connection connection, ClientFrame.Open frame, ServerFrame.Opened opened) {
        var since = frame.since();
        if (since != null && since + 1 < opened.floor()) {
            connection.send(ServerFrame.Gap.expired(opened.room(), since + 1, opened.floor() - 1));
        }
    }

    /** Up to where the answer itself has brought the client. */
    private static long readUpTo(ClientFrame.Open frame, ServerFrame.Opened opened) {
        if (!opened.more()) {
            return opened.head();
        }
        var since = frame.since();
        return opened.entries().isEmpty()
                ? since == null ? opened.head() : since
                : opened.entries().getLast().seq();
    }

    private static Future<Outcome> close(Connection connection, ClientFrame.Close frame) {
        connection.readers().close(frame.room());
        return say(connection, new ServerFrame.Done(frame.id()));
    }

    /** What was never written to this client it cannot have: the cursor moves no further than that. */
    private Future<Outcome> acknowledge(Connection connection, State.Active active, ClientFrame.Ack frame) {
        var cursors = new HashMap<UUID, Long>();
        frame.cursors().forEach((room, seq) -> {
            var reader = connection.readers().of(room);
            if (reader != null) {
                cursors.put(room, Math.min(seq, reader.written()));
                reader.acknowledged(seq);
            }
        });
        if (!cursors.isEmpty()) {
            events.fire(new CursorsAcknowledged(active.session(), cursors));
        }
        return done();
    }

    private Future<Outcome> type(Connection connection, ClientFrame.Typing frame) {
        if (!connection.readers().has(frame.room())) {
            return refuse(connection, frame.id(), ErrorCode.INVALID, "the room is not open here");
        }
        events.fire(new TypingRequested(connection.account(), frame.room(), frame.on()));
        return done();
    }

    private Future<Outcome> presence(Connection connection, State.Active active, ClientFrame.Presence frame) {
        var room = frame.room();
        var reader = room == null ? null : connection.readers().of(room);
        boolean begins = Boolean.TRUE.equals(frame.watch());
        if (reader == null && begins) {
            return refuse(connection, frame.id(), ErrorCode.INVALID, "the room is not open here");
        }
        var watch = reader == null ? null : reader.presence();
        if (watch != null && begins) {
            watch.begin();
        } else if (watch != null && frame.watch() != null) {
            watch.end();
        }
        return connection
                .<ServerFrame>ask(
                        answer -> events.fire(new PresenceRequested(active.caller(), frame, reader != null, answer)))
                .map(shown -> {
                    var outcome = connection.answer(shown);
                    if (watch != null && shown instanceof ServerFrame.Online online) {
                        watch.knows(online.online());
                    }
                    return outcome;
                })
                .eventually(() -> {
                    if (watch != null) {
                        watch.settle();
                    }
                    return Future.succeededFuture();
                });
    }

    private Future<Outcome> logout(Connection connection, State.Active active, ClientFrame.Logout frame) {
        return connection
                .<Void>ask(answer -> events.fire(new LogoutRequested(active.session(), answer)))
                .map(_ -> connection.answer(new ServerFrame.Done(frame.id())))
                .transform(outcome -> {
                    // Also after a failure, in a turn of its own: its answer goes out first.
                    connection.later("logout", () -> connection.end(CloseCode.NORMAL, "logged out"));
                    return outcome.succeeded()
                            ? Future.succeededFuture(outcome.result())
                            : Future.failedFuture(outcome.cause());
                });
    }

    private static Future<Outcome> say(Connection connection, ServerFrame frame) {
        return Future.succeededFuture(connection.answer(frame));
    }

    private static Future<Outcome> refuse(Connection connection, @Nullable String re, ErrorCode code, String message) {
        return say(connection, ServerFrame.Failed.of(re, code, message));
    }

    private static Future<Outcome> done() {
        return Future.succeededFuture(Outcome.OK);
    }
}
