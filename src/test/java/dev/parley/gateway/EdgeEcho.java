package dev.parley.gateway;

import io.quarkus.websockets.next.OnBinaryMessage;
import io.quarkus.websockets.next.OnClose;
import io.quarkus.websockets.next.OnError;
import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.OnTextMessage;
import io.quarkus.websockets.next.WebSocket;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Uses a wire as the gateway does. {@code hold} keeps its commands in flight until {@link #release}. */
@WebSocket(path = "/edge-echo")
public class EdgeEcho {
    final Queue<Wire> opened = new ConcurrentLinkedQueue<>();
    final Queue<Integer> closeCodes = new ConcurrentLinkedQueue<>();
    private final Queue<Wire> failed = new ConcurrentLinkedQueue<>();
    final AtomicInteger held = new AtomicInteger();
    volatile String handshakeHeaders = "";
    private volatile boolean holding;

    @OnOpen
    Uni<Void> open(WebSocketConnection connection) {
        handshakeHeaders = connection.handshakeRequest().headers().toString();
        opened.add(Wire.of(connection));
        return Uni.createFrom().voidItem();
    }

    @OnTextMessage
    Uni<Void> echo(String message, WebSocketConnection connection) {
        return answer(Wire.of(connection), message);
    }

    @OnBinaryMessage
    Uni<Void> refuse(Buffer message, WebSocketConnection connection) {
        return answer(Wire.of(connection), "binary " + message.length());
    }

    @OnClose
    Uni<Void> close(WebSocketConnection connection) {
        closeCodes.add(connection.closeReason().getCode());
        return Uni.createFrom().voidItem();
    }

    @OnError
    Uni<Void> error(Throwable error, WebSocketConnection connection) {
        failed.add(Wire.of(connection));
        return Uni.createFrom().voidItem();
    }

    /** Whether Quarkus saw a fault where there was an end in good order. */
    boolean sawFault(Wire wire) {
        return failed.contains(wire);
    }

    /** From now on messages are counted and not served. */
    void hold() {
        held.set(0);
        holding = true;
    }

    /** Serves again, first what was held, as of this wire. */
    void release(Wire wire) {
        holding = false;
        for (int n = held.getAndSet(0); n > 0; n--) {
            wire.commandDone();
        }
    }

    private Uni<Void> answer(Wire wire, String message) {
        if (holding) {
            held.incrementAndGet();
        } else {
            wire.write(Wire.textFrame(wire.allocator(), message.getBytes(StandardCharsets.UTF_8)));
            wire.commandDone();
        }
        return Uni.createFrom().voidItem();
    }
}
