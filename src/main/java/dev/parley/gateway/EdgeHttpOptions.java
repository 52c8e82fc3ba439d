package dev.parley.gateway;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/** What Quarkus has no key for. It runs in no order with Quarkus' own customizer: where there is a key, the key wins. */
@Singleton
class EdgeHttpOptions implements HttpServerOptionsCustomizer {
    /** Messages; Mutiny's own 256 are 1 KB for each connection. */
    private static final int QUEUE_PIECE = 16;

    private final EdgeLimits limits;

    EdgeHttpOptions(EdgeLimits limits) {
        this.limits = limits;
    }

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        customize(options);
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        customize(options);
    }

    private void customize(HttpServerOptions options) {
        // WebSockets Next gives each connection a queue of such pieces, for messages that wait for the one before:
        // few. For all of Mutiny in this process; nothing else here has a queue of that kind.
        Infrastructure.setBufferSizeS(QUEUE_PIECE);
        // On by default, and a frame of 40 KB can hold 40 MB.
        options.setPerFrameWebSocketCompressionSupported(false);
        // Vert.x checks again what StrictFraming let through; its limits must not be the lower ones.
        options.setMaxWebSocketFrameSize((int) limits.maxFrameSize().asLongValue());
        options.setMaxWebSocketMessageSize((int) limits.maxMessageSize().asLongValue());
        // HTTP/1 only: sockets need nothing else, and it halves what a stranger can play with.
        options.setHttp2ClearTextEnabled(false);
        options.setUseAlpn(false);
    }
}
