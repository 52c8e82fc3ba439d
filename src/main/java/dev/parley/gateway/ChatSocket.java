package dev.parley.gateway;

import dev.parley.protocol.ClientFrame;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.FrameReader;
import dev.parley.protocol.FrameReader.Read;
import io.quarkus.websockets.next.OnBinaryMessage;
import io.quarkus.websockets.next.OnClose;
import io.quarkus.websockets.next.OnError;
import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.OnTextMessage;
import io.quarkus.websockets.next.WebSocket;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The endpoint. All of it runs on the connection's event loop (a {@code Uni} says so) and one message at a time; durable
 * commands do not hold up the next message, since the log keeps their order.
 */
@WebSocket(path = "/chat")
class ChatSocket {
    private static final Logger LOG = Logger.getLogger(ChatSocket.class);

    private final Connections connections;
    private final Commands commands;
    private final TracedCommands tracing;
    private final ErrorBoundary boundary;
    private final GatewayMetrics metrics;
    private final Load load;

    ChatSocket(
            Connections connections,
            Commands commands,
            TracedCommands tracing,
            ErrorBoundary boundary,
            GatewayMetrics metrics,
            Load load) {
        this.connections = connections;
        this.commands = commands;
        this.tracing = tracing;
        this.boundary = boundary;
        this.metrics = metrics;
        this.load = load;
    }

    @OnOpen
    Uni<Void> open(WebSocketConnection socket) {
        return boundary.callback(socket, "open", () -> connections.open(socket));
    }

    @OnTextMessage
    Uni<Void> text(String text, WebSocketConnection socket) {
        return boundary.message(socket, connection -> hear(connection, text));
    }

    @OnBinaryMessage
    Uni<Void> binary(Buffer bytes, WebSocketConnection socket) {
        return boundary.message(socket, connection -> refuse(connection, null, ErrorCode.BAD_FRAME, "frames are text"));
    }

    @OnClose
    Uni<Void> close(WebSocketConnection socket) {
        return boundary.callback(socket, "close", () -> connections.closed(socket));
    }

    @OnError
    Uni<Void> error(Throwable fault, WebSocketConnection socket) {
        return boundary.callback(socket, "error", () -> failed(fault, socket));
    }

    private Uni<Void> hear(Connection connection, String text) {
        return switch (FrameReader.read(text)) {
            case Read.Refused(var re, var code, var message) -> refuse(connection, re, code, message);
            case Read.Understood(var frame) -> perform(connection, frame);
        };
    }

    private Uni<Void> refuse(Connection connection, @Nullable String re, ErrorCode code, String message) {
        metrics.refused(code);
        connection.refuse(re, code, message);
        connection.wire().commandDone();
        return Uni.createFrom().voidItem();
    }

    private Uni<Void> perform(Connection connection, ClientFrame frame) {
        long began = System.nanoTime();
        load.commands().begun();
        var served = tracing.perform(
                        connection,
                        frame,
                        () -> boundary.command(connection, frame, () -> commands.perform(connection, frame)))
                .map(outcome -> served(connection, frame, outcome, began));
        return served.isComplete() || isOrderedByTheLog(frame)
                ? Uni.createFrom().voidItem()
                : Uni.createFrom().completionStage(connection.untilEnded(served).toCompletionStage());
    }

    private @Nullable Void served(Connection connection, ClientFrame frame, Outcome outcome, long began) {
        load.commands().ended();
        metrics.served(frame, outcome, began);
        connection.wire().commandDone();
        return null;
    }

    /** What the peer's way of leaving makes (resets, frames cut short) is no fault; what else comes here is one of ours. */
    private static void failed(Throwable fault, WebSocketConnection socket) {
        if (!(fault instanceof IOException || fault instanceof VertxException)) {
            throw new IllegalStateException("not caught before", fault);
        }
        LOG.debugf("Connection %s: %s", socket.id(), fault);
    }

    private static boolean isOrderedByTheLog(ClientFrame frame) {
        return frame instanceof ClientFrame.Send
                || frame instanceof ClientFrame.CreateRoom
                || frame instanceof ClientFrame.Join
                || frame instanceof ClientFrame.Leave;
    }
}
