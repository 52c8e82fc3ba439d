package dev.parley.gateway;

import static dev.parley.gateway.ClientFrame.frame;
import static dev.parley.gateway.ClientFrame.join;
import static dev.parley.gateway.ClientFrame.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Peers that send more than anybody needs. */
@QuarkusTest
@TestProfile(EdgeProfile.class)
@SuppressWarnings("NullAway.Init") // set by Quarkus
@Timeout(60)
class FloodTest {
    @TestHTTPResource("/")
    URI server;

    @Inject
    EdgeEcho echo;

    @Inject
    MeterRegistry meters;

    @BeforeEach
    void forget() {
        echo.opened.clear();
        echo.closeCodes.clear();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("floods")
    void cutsOffFloodOf(String reason, byte[] drop) {
        double before = counted(reason);
        try (var client = RawClient.opens(server)) {
            await().until(() -> !echo.opened.isEmpty());
            var wire = echo.opened.element();
            var flood = repeat(drop, 1000);
            assertThat(client.triesToSend(flood)).isTrue();
            assertThat(client.hearsToTheEnd()).endsWith("close 1008\nend");
            await().until(() -> counted(reason) == before + 1);
            await().until(() -> echo.closeCodes.contains(1008));
            assertThat(echo.sawFault(wire)).isFalse();
        }
    }

    static Stream<Arguments> floods() {
        return Stream.of(
                Arguments.of("ping_flood", frame(0x89, "x")),
                Arguments.of("pong_flood", frame(0x8A, "x")),
                Arguments.of("fragment_flood", text("")),
                Arguments.of("fragment_flood", join(frame(0x01, "x"), frame(0x80, ""))));
    }

    @Test
    void queuesNoPongsForClientThatNeverReads() {
        try (var client = RawClient.opensNarrow(server)) {
            await().until(() -> !echo.opened.isEmpty());
            var wire = echo.opened.element();
            fill(wire);
            long before = wire.pendingBytes();
            // One short of the limit, so that the pings are heard and not punished.
            client.sends(repeat(frame(0x89, "x".repeat(125)), 49)).sends(text("after the pings"));
            await().until(() -> wire.pendingBytes() > before);
            assertThat(wire.pendingBytes()).isLessThan(before + 1000);
        }
    }

    @Test
    void cutsPingFloodOfClientThatNeverReads() {
        try (var client = RawClient.opensNarrow(server)) {
            await().until(() -> !echo.opened.isEmpty());
            var wire = echo.opened.element();
            fill(wire);
            long before = wire.pendingBytes();
            client.triesToSend(repeat(frame(0x89, "x".repeat(125)), 10_000));
            await().until(() -> {
                assertThat(wire.pendingBytes()).isLessThan(before + 1000);
                return wire.pendingBytes() == 0;
            });
            await().until(() -> echo.closeCodes.contains(1008));
            assertThat(echo.sawFault(wire)).isFalse();
        }
    }

    @Test
    void readsNoFurtherThanCommandsMayBeInFlight() {
        echo.hold();
        try (var client = RawClient.opens(server)) {
            await().until(() -> !echo.opened.isEmpty());
            var wire = echo.opened.element();
            client.sends(repeat(text("x"), 1000));
            await().until(() -> echo.held.get() == 64 && wire.paused());
            // A turn of the loop later it is still no more than that.
            wire.loop().submit(() -> {}).syncUninterruptibly();
            assertThat(echo.held).hasValue(64);
            echo.release(wire);
            for (int i = 0; i < 1000 - 64; i++) {
                assertThat(client.hears()).isEqualTo("text x");
            }
        } finally {
            echo.release(echo.opened.element());
        }
    }

    private double counted(String reason) {
        return meters.get("parley.gateway.violations")
                .tag("reason", reason)
                .counter()
                .count();
    }

    /** Writes until the wire is not writable for good: the kernel takes no more. */
    static void fill(Wire wire) {
        var entry = "x".repeat(200).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        await().pollInterval(java.time.Duration.ofMillis(20)).until(() -> {
            long before = wire.pendingBytes();
            wire.loop()
                    .submit(() -> {
                        while (wire.writable()) {
                            wire.write(Wire.textFrame(wire.allocator(), entry));
                        }
                    })
                    .syncUninterruptibly();
            return before > 0 && wire.pendingBytes() == before;
        });
    }

    private static byte[] repeat(byte[] drop, int times) {
        var parts = new byte[times][];
        java.util.Arrays.fill(parts, drop);
        return join(parts);
    }
}
