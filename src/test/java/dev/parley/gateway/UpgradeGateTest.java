package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.LogLines;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.quarkus.vertx.http.runtime.QuarkusErrorHandler;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(EdgeProfile.class)
@SuppressWarnings("NullAway.Init") // set by Quarkus
class UpgradeGateTest {
    @TestHTTPResource("/")
    URI server;

    @Inject
    UpgradeGate gate;

    @Inject
    EdgeEcho echo;

    @AfterEach
    void acceptAgain() {
        gate.acceptUpgrades();
        await().until(() -> gate.open() == 0);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"handshakes", "origins", "protocols"})
    void answersTheHandshake(String name, Object request, int status) {
        try (var client = RawClient.dials(server)) {
            assertThat(client.sends(request.toString()).hearsHead()).matches("(?s)HTTP/1\\.[01] " + status + " .*");
        }
    }

    @Test
    void answersAMissingHostByAProblemAndNotInTheLog() {
        try (var log = LogLines.of(QuarkusErrorHandler.class);
                var client = RawClient.dials(server)) {
            assertThat(client.sends(spoilt().without("Host").toString()).hearsHead())
                    .contains("application/problem+json");
            assertThat(log.heard()).isEmpty();
        }
    }

    static Stream<Arguments> handshakes() {
        return Stream.of(
                row("by the book", spoilt(), 101),
                row("keep-alive beside Upgrade", spoilt().instead("Connection: keep-alive, Upgrade"), 101),
                row("version 8", spoilt().instead("Sec-WebSocket-Version: 8"), 426),
                row("version 0", spoilt().without("Sec-WebSocket-Version"), 426),
                row("two versions", spoilt().with("Sec-WebSocket-Version: 8"), 426),
                row("a key that is too short", spoilt().instead("Sec-WebSocket-Key: c2hvcnQ="), 400),
                row("a key that is not Base64", spoilt().instead("Sec-WebSocket-Key: %%%"), 400),
                row("two keys", spoilt().with("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="), 400),
                row("no Upgrade", spoilt().without("Upgrade"), 400),
                row("another Upgrade", spoilt().instead("Upgrade: h2c"), 400),
                row("no Connection", spoilt().without("Connection"), 400),
                row("no Host", spoilt().without("Host"), 400),
                row("HTTP/1.0", spoilt().line("GET /edge-echo HTTP/1.0"), 400),
                row("a body", spoilt().with("Content-Length: 2") + "hi", 400),
                row("a chunked body", spoilt().with("Transfer-Encoding: chunked") + "0\r\n\r\n", 400),
                row("header of 100 KB", spoilt().with("X: " + "x".repeat(100_000)), 431),
                row("10000 headers", spoilt().with("X: y\r\n".repeat(10_000) + "Z: z"), 431),
                row("line of 100 KB", spoilt().line("GET /" + "x".repeat(100_000) + " HTTP/1.1"), 414));
    }

    static Stream<Arguments> origins() {
        return Stream.of(
                row("allowed", spoilt().with("Origin: https://chat.example.org"), 101),
                row("allowed, its port named", spoilt().with("Origin: https://chat.example.org:443"), 101),
                row("allowed with a port", spoilt().with("Origin: http://localhost:3000"), 101),
                row("our own", spoilt().with("Origin: http://localhost:8080"), 101),
                row("our own behind TLS", spoilt().instead("Host: a.example").with("Origin: https://a.example"), 101),
                row("another", spoilt().with("Origin: https://evil.example"), 403),
                row("null", spoilt().with("Origin: null"), 403),
                row("empty", spoilt().with("Origin: "), 403),
                row("suffix trick", spoilt().with("Origin: https://chat.example.org.evil.example"), 403),
                row("prefix trick", spoilt().with("Origin: https://evilchat.example.org"), 403),
                row("user trick", spoilt().with("Origin: https://chat.example.org@evil.example"), 403),
                row("path trick", spoilt().with("Origin: https://evil.example/https://chat.example.org"), 403),
                row("other scheme", spoilt().with("Origin: http://chat.example.org"), 403),
                row("other port", spoilt().with("Origin: https://chat.example.org:8443"), 403),
                row("our host, other port", spoilt().with("Origin: http://localhost:8081"), 403),
                row(
                        "two",
                        spoilt().with("Origin: https://chat.example.org").with("Origin: https://evil.example"),
                        403));
    }

    static Stream<Arguments> protocols() {
        return Stream.of(
                row("ours", spoilt().with("Sec-WebSocket-Protocol: parley.v1+json"), 101),
                row("ours among others", spoilt().with("Sec-WebSocket-Protocol: x, parley.v1+json"), 101),
                row("unknown", spoilt().with("Sec-WebSocket-Protocol: parley.v9+json"), 400),
                row("only a token", spoilt().with("Sec-WebSocket-Protocol: bearer.abc"), 400));
    }

    @Test
    void namesTheProtocolThatItChose() {
        try (var client = RawClient.dials(server)) {
            var request = spoilt().with("Sec-WebSocket-Protocol: x").with("Sec-WebSocket-Protocol: parley.v1+json");
            assertThat(client.sends(request.toString()).hearsHead())
                    .containsIgnoringCase("sec-websocket-protocol: parley.v1+json\r\n");
        }
    }

    @Test
    void grantsNoExtension() {
        try (var client = RawClient.dials(server)) {
            var request = spoilt().with(
                            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, x-webkit-deflate-frame");
            assertThat(client.sends(request.toString()).hearsHead())
                    .startsWith("HTTP/1.1 101 ")
                    .doesNotContainIgnoringCase("sec-websocket-extensions");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer canary.token",
                "Authorization: bearer canary.token",
                "Sec-WebSocket-Protocol: parley.v1+json, bearer.canary.token"
            })
    void keepsTheTokenForTheGatewayAlone(String header) {
        echo.opened.clear();
        try (var client = RawClient.dials(server)) {
            assertThat(client.sends(spoilt().with(header).toString()).hearsHead())
                    .startsWith("HTTP/1.1 101 ")
                    .doesNotContain("canary");
            await().until(() -> !echo.opened.isEmpty());
            assertThat(echo.opened.element().upgrade().token()).contains("canary.token");
            assertThat(echo.handshakeHeaders).isEqualTo("{}");
        }
    }

    @Test
    void refusesWhileDraining() {
        try (var early = RawClient.opens(server);
                var late = RawClient.dials(server)) {
            gate.refuseUpgrades(Duration.ofSeconds(7));
            assertThat(late.sends(Handshake.valid()).hearsHead())
                    .startsWith("HTTP/1.1 503 ")
                    .containsIgnoringCase("retry-after: 7\r\n");
            assertThat(early.sends(ClientFrame.text("still here")).hears()).isEqualTo("text still here");
        }
    }

    @Test
    void letsOneAddressHaveSoManyAndNoMore() {
        var clients = new ArrayList<RawClient>();
        try {
            for (int i = 0; i < 40; i++) {
                clients.add(RawClient.opens(server));
            }
            try (var oneMore = RawClient.dials(server)) {
                assertThat(oneMore.sends(Handshake.valid()).hearsHead())
                        .startsWith("HTTP/1.1 429 ")
                        .containsIgnoringCase("retry-after: 5\r\n");
            }
        } finally {
            clients.forEach(RawClient::close);
        }
        await().until(() -> gate.open() == 0);
        try (var _ = RawClient.opens(server)) {
            assertThat(gate.open()).isEqualTo(1);
        }
    }

    @Test
    void closesOnFramesThatComeBeforeItsAnswer() {
        try (var client = RawClient.dials(server)) {
            client.sends(ClientFrame.join(
                    Handshake.valid().getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                    ClientFrame.text("eager"),
                    ClientFrame.close(1000, "")));
            assertThat(client.hearsHead()).startsWith("HTTP/1.1 101 ");
            assertThat(client.hearsToTheEnd()).isEqualTo("close 1002\nend");
        }
    }

    private static Handshake spoilt() {
        return new Handshake();
    }

    private static Arguments row(String name, Object request, int status) {
        return Arguments.of(name, request, status);
    }
}
