package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that begin and do not end. The limits of {@link EdgeProfile} are one second. */
@QuarkusTest
@TestProfile(EdgeProfile.class)
@Timeout(8)
class SlowPeerTest {
    @SuppressWarnings("NullAway.Init") // set by Quarkus
    @TestHTTPResource("/")
    URI server;

    @Test
    void endsConnectionThatSaysNothing() {
        try (var client = RawClient.dials(server)) {
            assertThat(client.hearsHead()).isEqualTo("<end>");
        }
    }

    @Test
    void endsHeaderThatDoesNotEnd() {
        try (var client = RawClient.dials(server)) {
            client.sends("GET /edge-echo HTTP/1.1\r\nHost: localhost\r\n");
            assertThat(client.hearsHead()).startsWith("HTTP/1.1 408 ");
            assertThat(client.hearsHead()).isEqualTo("<end>");
        }
    }

    @Test
    void endsHeaderThatDripsByteByByte() {
        try (var client = RawClient.dials(server)) {
            var drip = new Thread(() -> drip(client));
            drip.start();
            assertThat(client.hearsHead()).startsWith("HTTP/1.1 408 ");
        }
    }

    @Test
    void endsSecondRequestThatDoesNotEnd() {
        try (var client = RawClient.dials(server)) {
            client.sends("GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(client.hearsHead()).startsWith("HTTP/1.1 404 ");
            client.sends("GET /nowhere HTTP/1.1\r\nHos");
            assertThat(client.hearsToTheEndAsText()).contains("HTTP/1.1 408 ");
        }
    }

    @Test
    void endsFrameThatDoesNotEnd() {
        try (var client = RawClient.opens(server)) {
            client.sends(ClientFrame.header(0x82, 1000)).sends(new byte[10]);
            assertThat(client.hearsToTheEnd()).isEqualTo("close 1008\nend");
        }
    }

    @Test
    void endsMessageThatDoesNotEnd() {
        try (var client = RawClient.opens(server)) {
            client.sends(ClientFrame.frame(0x01, "begun"));
            assertThat(client.hearsToTheEnd()).isEqualTo("close 1008\nend");
        }
    }

    @Test
    void leavesQuietSocketAlone() {
        try (var slow = RawClient.opens(server);
                var quiet = RawClient.opens(server)) {
            slow.sends(ClientFrame.frame(0x01, "begun"));
            // Its end tells that the limit is over, for both.
            slow.hearsToTheEnd();
            assertThat(quiet.sends(ClientFrame.text("hello")).hears()).isEqualTo("text hello");
        }
    }

    private static void drip(RawClient client) {
        client.triesToSend("GET / HTTP/1.1\r\nX: ".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        while (client.triesToSend(new byte[] {'x'})) {
            java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
        }
    }
}
