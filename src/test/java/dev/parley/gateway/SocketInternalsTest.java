package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import org.junit.jupiter.api.Test;

/**
 * What {@link SocketInternals} leans on is still where it was. When an upgrade breaks one of these, read its list before
 * anything else: the strictness of the socket hangs on it.
 */
@QuarkusTest
@TestProfile(EdgeProfile.class)
@SuppressWarnings("NullAway.Init") // set by Quarkus
class SocketInternalsTest {
    @TestHTTPResource("/")
    URI server;

    @Inject
    Arrivals arrivals;

    @Inject
    EdgeEcho echo;

    @Test
    void findsListeningSockets() {
        assertThat(arrivals.watchAll()).isPositive();
    }

    @Test
    void standsRightBelowVertxInPlaceOfTheDecoder() {
        echo.opened.clear();
        try (var _ = RawClient.opens(server)) {
            await().until(() -> !echo.opened.isEmpty());
            var pipeline = echo.opened.element().channel().pipeline();
            assertThat(pipeline.names()).containsSubsequence("parley-framing", "handler");
            assertThat(pipeline.names().indexOf("handler") - pipeline.names().indexOf("parley-framing"))
                    .isEqualTo(1);
            assertThat(pipeline.get(WebSocketFrameDecoder.class)).isNull();
            assertThat(pipeline.get(WebSocketFrameEncoder.class)).isNotNull();
            assertThat(pipeline.names()).doesNotContain("idle", "parley-deadline", "httpDecoder", "httpEncoder");
        }
    }
}
