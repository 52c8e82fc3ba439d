package dev.parley.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionCutTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int MORE_THAN_SOCKETS_HOLD = 64 * 1024 * 1024;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void endsTheServer() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void endsAConnectionWhoseClientNeverReads() throws Exception {
        var asked = new AtomicReference<HttpServerRequest>();
        var gone = new AtomicBoolean();
        var server = vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1"))
                .requestHandler(request -> {
                    request.connection().closeHandler(_ -> gone.set(true));
                    var _ = request.response().setChunked(true).write(Buffer.buffer(new byte[MORE_THAN_SOCKETS_HOLD]));
                    asked.set(request);
                })
                .listen(0)
                .toCompletionStage()
                .toCompletableFuture()
                .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        try (var deaf = new Socket()) {
            deaf.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.actualPort()));
            deaf.getOutputStream().write("GET / HTTP/1.1\r\nHost: me\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            await().atMost(LIMIT).until(() -> asked.get() != null);
            var request = asked.get();
            assertThat(request).isNotNull();
            assertThat(request.response().writeQueueFull()).isTrue();

            ConnectionCut.cut(request);

            await().atMost(LIMIT).untilTrue(gone);
        }
    }
}
