package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.account.Mint;
import dev.parley.testing.ChatClient;
import dev.parley.testing.TestAccount;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What takes too long is ended with the code that says why. */
@QuarkusTest
@TestProfile(ShortLimits.class)
@SuppressWarnings("NullAway.Init") // set before each test
class TimeLimitTest {
    @TestHTTPResource("/")
    URI server;

    @Inject
    Mint mint;

    private TestAccount account;

    @BeforeEach
    void register() {
        account = TestAccount.registers(server, "alice");
    }

    @Test
    void endsConnectionThatDoesNotSayHello() {
        try (var mute = ChatClient.connects(server)) {
            assertThat(mute.hears("bye").toString()).isEqualTo("""
                    {"type":"bye","code":4504,"reason":"no hello in time","reconnect":false}""");
            assertThat(mute.closeCode()).isEqualTo(4504);
        }
    }

    @Test
    void endsConnectionThatKeepsFailingToSayHello() {
        try (var guesser = ChatClient.connects(server)) {
            while (guesser.isOpen() && guesser.heardSoFar().size() < 10_000) {
                try {
                    guesser.says("{\"type\":\"hello\",\"token\":\"x\"}");
                } catch (AssertionError closed) {
                    break;
                }
            }

            assertThat(guesser.closeCode()).isEqualTo(4504);
        }
    }

    @Test
    void endsPeerThatIsNoLongerThere() {
        try (var alive = account.connects(server);
                var gone = RawClient.dials(server)) {
            gone.sends(new Handshake().line("GET /chat HTTP/1.1").toString()).hearsHead();
            gone.sends(ClientFrame.text("{\"type\":\"hello\",\"token\":\"" + account.token() + "\"}"));

            var heard = hearsUpToClose(gone);

            assertThat(heard)
                    .contains("\"type\":\"welcome\"", "\"type\":\"ping\",\"n\":", "\nping ")
                    .endsWith("""
                            text {"type":"bye","code":4002,"reason":"nothing heard for 3 s","reconnect":true}
                            close 4002
                            """);
            Chat.ping(alive);
        }
    }

    @Test
    void endsConnectionWhoseTokenHasExpired() {
        try (var alice = ChatClient.greets(server, mint.tokenFor(account.id(), Duration.ofSeconds(2)))) {
            Chat.ping(alice);

            assertThat(alice.hears("bye").toString()).isEqualTo("""
                    {"type":"bye","code":4004,"reason":"the token has expired","reconnect":true}""");
            assertThat(alice.closeCode()).isEqualTo(4004);
        }
    }

    @Test
    void keepsConnectionWhoseTokenIsRenewedInTime() {
        var stranger = TestAccount.registers(server, "mallory");
        var expiry = Instant.now().plusSeconds(5);
        try (var alice = ChatClient.greets(server, mint.tokenFor(account.id(), Duration.ofSeconds(5)))) {
            assertThat(alice.asks("{\"type\":\"auth\",\"token\":\"x\"}")
                            .path("code")
                            .asText())
                    .isEqualTo("unauthorized");
            assertThat(alice.asks("{\"type\":\"auth\",\"token\":\"" + stranger.token() + "\"}")
                            .path("code")
                            .asText())
                    .isEqualTo("unauthorized");
            Chat.ok(alice.asks("{\"type\":\"auth\",\"token\":\"" + account.token() + "\"}"));

            await().until(() -> Instant.now().isAfter(expiry.plusSeconds(2)));

            Chat.ping(alice);
        }
    }

    private static String hearsUpToClose(RawClient client) {
        var heard = new StringBuilder();
        String frame;
        do {
            frame = client.hears();
            heard.append(frame).append('\n');
        } while (!frame.matches("close.*|end|reset"));
        return heard.toString();
    }
}
