package dev.parley.process;

import static org.awaitility.Awaitility.await;

import dev.parley.testing.ParleyProcess;
import dev.parley.testing.TestAccount;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Thousands of clients on one thread, who say hello and then only listen, and remember how they were sent away. */
final class Flock implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int AT_ONCE = 20;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final WebSocketClient sockets;
    private final int port;
    private final List<TestAccount> accounts;
    private final AtomicInteger toCome;
    private final AtomicInteger here = new AtomicInteger();
    private final List<Goodbye> goodbyes = new CopyOnWriteArrayList<>();

    /**
     * How one was sent away.
     *
     * @param last the last frame that it heard
     * @param code of the close frame, 0 if there was none
     */
    record Goodbye(JsonObject last, int code, long nanoTime) {}

    private Flock(ParleyProcess server, List<TestAccount> accounts, int size) {
        this.port = server.baseUri().getPort();
        this.accounts = accounts;
        this.toCome = new AtomicInteger(size);
        this.sockets = vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(size));
        for (int i = 0; i < AT_ONCE; i++) {
            next();
        }
        await("all welcomed").atMost(LIMIT).until(() -> here.get() == size);
    }

    /** So many new sessions, shared out among the accounts; returns when each is welcomed. */
    static Flock settles(ParleyProcess server, List<TestAccount> accounts, int size) {
        return new Flock(server, accounts, size);
    }

    List<Goodbye> goodbyes() {
        return List.copyOf(goodbyes);
    }

    private void next() {
        int number = toCome.getAndUpdate(left -> Math.max(0, left - 1)) - 1;
        if (number >= 0) {
            var to = new WebSocketConnectOptions()
                    .setHost("127.0.0.1")
                    .setPort(port)
                    .setURI("/chat")
                    .addSubProtocol("parley.v1+json");
            var token = accounts.get(number % accounts.size()).token();
            sockets.connect(to)
                    .onSuccess(socket -> new Member(socket).greets(token))
                    .onFailure(_ -> again());
        }
    }

    /** One who did not get in: a busy machine is slow. */
    private void again() {
        toCome.incrementAndGet();
        next();
    }

    private final class Member {
        private final WebSocket socket;
        private boolean welcomed;
        private JsonObject last = new JsonObject();

        Member(WebSocket socket) {
            this.socket = socket;
        }

        void greets(String token) {
            socket.textMessageHandler(this::hears);
            socket.closeHandler(_ -> {
                if (!welcomed) {
                    again();
                    return;
                }
                Short code = socket.closeStatusCode();
                goodbyes.add(new Goodbye(last, code == null ? 0 : code, System.nanoTime()));
            });
            var _ = socket.writeTextMessage(
                    new JsonObject().put("type", "hello").put("token", token).encode());
        }

        private void hears(String text) {
            last = new JsonObject(text);
            if (last.getString("type").equals("welcome")) {
                welcomed = true;
                here.incrementAndGet();
                next();
            }
        }
    }

    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
