package dev.parley.gateway;

import dev.parley.gateway.Connection.State;
import dev.parley.protocol.ClientFrame;
import dev.parley.trace.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.util.UUID;

/**
 * Performs commands, each in a span from its arrival to its answer while tracing is on. On the connection's event loop,
 * where the futures end, too.
 */
@Singleton
class TracedCommands {
    private static final ClassValue<String> NAMES = new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> frame) {
            return GatewayMetrics.type(frame);
        }
    };

    private final Commands commands;
    private final Tracing tracing;

    TracedCommands(Commands commands, Tracing tracing) {
        this.commands = commands;
        this.tracing = tracing;
    }

    Future<Void> perform(Connection connection, ClientFrame frame) {
        return tracing.isOn() ? traced(connection, frame) : commands.perform(connection, frame);
    }

    private Future<Void> traced(Connection connection, ClientFrame frame) {
        var span = tracing.begin(NAMES.get(frame.getClass()));
        if (span.isRecording()) {
            describe(span, frame);
            describe(span, connection);
            connection.unanswered().asked(frame.id(), span);
        }
        // Each frame comes in a context of its own. Entered even if it is not recorded: what it asks of the database is
        // not
        // either then.
        tracing.enter(span);
        return attempt(connection, frame).onComplete(outcome -> served(connection, frame, span, outcome));
    }

    private Future<Void> attempt(Connection connection, ClientFrame frame) {
        try {
            return commands.perform(connection, frame);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private static void served(Connection connection, ClientFrame frame, Span span, AsyncResult<Void> outcome) {
        if (!span.isRecording()) {
            return;
        }
        if (outcome.succeeded()) {
            end(connection, frame, span);
        } else {
            // By its class: the text of a fault may quote what was said.
            span.setStatus(StatusCode.ERROR)
                    .setAttribute("error.type", outcome.cause().getClass().getName());
            // The error boundary has yet to answer, in this same turn.
            connection.wire().loop().execute(() -> end(connection, frame, span));
        }
    }

    private static void end(Connection connection, ClientFrame frame, Span span) {
        connection.unanswered().forget(frame.id(), span);
        describe(span, connection); // only a hello's end knows the session
        span.end();
    }

    private static void describe(Span span, Connection connection) {
        span.setAttribute("parley.connection", connection.id());
        if (connection.state() instanceof State.Active active) {
            span.setAttribute("parley.session", active.caller().session().toString());
        }
    }

    /** What it is about, never what it says. */
    private static void describe(Span span, ClientFrame frame) {
        switch (frame) {
            case ClientFrame.Send send -> about(span, send.room(), send.cid());
            case ClientFrame.Join join -> about(span, join.room(), join.cid());
            case ClientFrame.Leave leave -> about(span, leave.room(), leave.cid());
            case ClientFrame.CreateRoom create -> span.setAttribute(Unanswered.CID, create.cid());
            case ClientFrame.Open open -> about(span, open.room());
            case ClientFrame.Close close -> about(span, close.room());
            case ClientFrame.History history -> about(span, history.room());
            case ClientFrame.Typing typing -> about(span, typing.room());
            case ClientFrame.Hello _,
                    ClientFrame.Auth _,
                    ClientFrame.Ack _,
                    ClientFrame.Ping _,
                    ClientFrame.Logout _ -> {}
        }
    }

    private static void about(Span span, UUID room, String cid) {
        span.setAttribute(Unanswered.CID, cid);
        about(span, room);
    }

    private static void about(Span span, UUID room) {
        span.setAttribute(Unanswered.ROOM, room.toString());
    }
}
