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
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import org.jboss.logging.Logger;

/**
 * The endpoint. All of it runs on the connection's event loop (a {@code Uni} says so) and one message at a time; durable
 * commands do not hold up the next message, since the log keeps their order.
 */
@WebSocket(path = "/chat")
class ChatSocket {
    private static final Logger LOG = Logger.getLogger(ChatSocket.class);

    private final Connections connections;
    private final TracedCommands commands;
    private final ErrorBoundary boundary;
    private final GatewayMetrics metrics;
    private final Load load;

    ChatSocket(
            Connections connections,
            TracedCommands commands,
            ErrorBoundary boundary,
            GatewayMetrics metrics,
            Load load) {
        this.connections = connections;
        this.commands = commands;
        this.boundary = boundary;
        this.metrics = metrics;
        this.load = load;
    }

    @OnOpen
    Uni<Void> open(WebSocketConnection socket) {
        connections.open(socket);
        return Uni.createFrom().voidItem();
    }

    @OnTextMessage
    Uni<Void> text(String text, WebSocketConnection socket) {
        var connection = Connections.of(socket);
        return switch (FrameReader.read(text)) {
            case Read.Refused(var re, var code, var message) -> {
                metrics.refused(code);
                connection.refuse(re, code, message);
                connection.wire().commandDone();
                yield Uni.createFrom().voidItem();
            }
            case Read.Understood(var frame) -> perform(connection, frame);
        };
    }

    @OnBinaryMessage
    Uni<Void> binary(Buffer bytes, WebSocketConnection socket) {
        var connection = Connections.of(socket);
        metrics.refused(ErrorCode.BAD_FRAME);
        connection.refuse(null, ErrorCode.BAD_FRAME, "frames are text");
        connection.wire().commandDone();
        return Uni.createFrom().voidItem();
    }

    @OnClose
    Uni<Void> close(WebSocketConnection socket) {
        connections.closed(socket);
        return Uni.createFrom().voidItem();
    }

    /** What is not a command's fault is the peer's way of leaving: resets, frames cut short. */
    @OnError
    Uni<Void> error(Throwable fault, WebSocketConnection socket) {
        LOG.debugf("Connection %s: %s", socket.id(), fault);
        return Uni.createFrom().voidItem();
    }

    private Uni<Void> perform(Connection connection, ClientFrame frame) {
        long began = System.nanoTime();
        load.commands().begun();
        var served = attempt(connection, frame)
                .onFailure(fault -> connection.send(
                        boundary.answer(connection, frame.getClass().getSimpleName(), frame.id(), fault)))
                .onComplete(outcome -> {
                    metrics.served(frame, outcome.succeeded(), began);
                    connection.wire().commandDone();
                    load.commands().ended();
                });
        return served.isComplete() || isOrderedByTheLog(frame)
                ? Uni.createFrom().voidItem()
                : Uni.createFrom().completionStage(served.otherwiseEmpty().toCompletionStage());
    }

    private Future<Void> attempt(Connection connection, ClientFrame frame) {
        try {
            return commands.perform(connection, frame);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private static boolean isOrderedByTheLog(ClientFrame frame) {
        return frame instanceof ClientFrame.Send
                || frame instanceof ClientFrame.CreateRoom
                || frame instanceof ClientFrame.Join
                || frame instanceof ClientFrame.Leave;
    }
}
