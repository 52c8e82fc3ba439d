package dev.parley.gateway;

import dev.parley.database.Interrupted;
import dev.parley.gateway.Awaited.Unanswered;
import dev.parley.problem.ErrorsTold;
import dev.parley.problem.FaultLog;
import dev.parley.protocol.ClientFrame;
import dev.parley.protocol.CloseCode;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.FrameWriter;
import dev.parley.protocol.ServerFrame.Bye;
import dev.parley.protocol.ServerFrame.Failed;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where faults end. All that happens to a connection happens inside one of these methods, none of which throws: a
 * {@link #command}, whose fault costs that command; a {@link #vital} step, whose fault costs the connection, since nobody
 * knows any more what its client has; a {@link #spare} one, whose fault costs that step. The cause stays in the log, under
 * the id that the client is given.
 */
@ApplicationScoped
class ErrorBoundary {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final String WRONG = "something went wrong here";

    private final FaultLog faults;
    private final ErrorsTold told;

    ErrorBoundary(FaultLog faults, ErrorsTold told) {
        this.faults = faults;
        this.told = told;
    }

    /** A callback of a socket's life: if it fails, the socket is closed by {@code bye} and 1011. */
    Uni<Void> callback(WebSocketConnection socket, String where, Runnable work) {
        try {
            work.run();
        } catch (Throwable fault) { // also an Error: deep input can exhaust a stack, and only this one
            ended(socket, where, fault);
        }
        return Uni.createFrom().voidItem();
    }

    /** A message, up to the command in it: if that much fails, it is answered as a command that has no id. */
    Uni<Void> message(WebSocketConnection socket, Function<Connection, Uni<Void>> hearing) {
        Connection connection = null;
        try {
            connection = Connections.of(socket);
            return hearing.apply(connection);
        } catch (Throwable fault) {
            if (connection == null) {
                ended(socket, "message", fault);
            } else {
                answer(connection, null, fault);
                connection.wire().commandDone();
            }
            return Uni.createFrom().voidItem();
        }
    }

    /** A command. The future never fails: if it would, its sender has been told. */
    Future<Outcome> command(Connection connection, ClientFrame frame, Supplier<Future<Outcome>> work) {
        Future<Outcome> outcome;
        try {
            outcome = work.get();
        } catch (Throwable fault) {
            outcome = Future.failedFuture(fault);
        }
        return outcome.recover(fault -> Future.succeededFuture(answer(connection, frame, fault)));
    }

    /** A step that the connection lives by. On its loop. */
    void vital(Connection connection, String where, Runnable step) {
        try {
            step.run();
        } catch (Throwable fault) {
            failed(connection, where, fault);
        }
    }

    /** A step that can be done without, or is done again soon. */
    void spare(String where, Runnable step) {
        try {
            step.run();
        } catch (Throwable fault) {
            noted(where, fault);
        }
    }

    /** A vital step has failed: ends the connection, in a turn of its own. Any thread. */
    void failed(Connection connection, String where, Throwable fault) {
        var what = "Connection %s (account %s) failed at %s and is closed; its client resumes"
                .formatted(connection.id(), connection.account(), where);
        var bye = bye(faults.record(where, what, About.of(connection), fault));
        spare("end", () -> connection.fail(bye));
    }

    /** A fault that costs nobody anything yet. Any thread. */
    void noted(String where, Throwable fault) {
        faults.record(where, "A step of %s failed; all else goes on".formatted(where), fault);
    }

    /** An {@code error} goes out. */
    void told(ErrorCode code) {
        told.count(code);
    }

    private void ended(WebSocketConnection socket, String where, Throwable fault) {
        var connection = socket.userData().get(Connection.KEY);
        if (connection != null) {
            failed(connection, where, fault);
            return;
        }
        var bye =
                bye(faults.record(where, "Socket %s failed at %s and is closed".formatted(socket.id(), where), fault));
        spare(where, () -> {
            var wire = Wire.of(socket);
            wire.write(Wire.textFrame(wire.allocator(), FrameWriter.write(bye)));
            wire.close(CloseCode.INTERNAL, bye.reason());
        });
    }

    /** @param frame null if the message did not get as far as that */
    private Outcome answer(Connection connection, @Nullable ClientFrame frame, Throwable fault) {
        var answer = answerTo(connection, frame, fault);
        vital(connection, "command", () -> connection.send(answer));
        return Outcome.of(answer);
    }

    private Failed answerTo(Connection connection, @Nullable ClientFrame frame, Throwable fault) {
        var re = frame == null ? null : frame.id();
        return switch (fault) {
            case Interrupted _ -> Failed.after(re, ErrorCode.UNAVAILABLE, "the database does not answer", RETRY_AFTER);
            case Unanswered _ ->
                Failed.fault(
                        re,
                        ErrorCode.TIMEOUT,
                        "no answer in time; it may have happened",
                        FaultLog.RETRY_AFTER,
                        recorded(connection, frame, "was never answered; its sender was told", fault));
            default ->
                Failed.fault(
                        re,
                        ErrorCode.INTERNAL,
                        WRONG,
                        FaultLog.RETRY_AFTER,
                        recorded(connection, frame, "failed; its sender was told, nobody else is touched", fault));
        };
    }

    private String recorded(Connection connection, @Nullable ClientFrame frame, String how, Throwable fault) {
        var command = frame == null ? "message" : frame.getClass().getSimpleName();
        var what = "Command %s of connection %s (account %s) %s"
                .formatted(command, connection.id(), connection.account(), how);
        var about = frame == null ? About.of(connection) : About.of(connection, frame);
        return faults.record("command", what, about, fault);
    }

    private static Bye bye(String errorId) {
        return Bye.of(CloseCode.INTERNAL, WRONG + ", error_id " + errorId);
    }
}
