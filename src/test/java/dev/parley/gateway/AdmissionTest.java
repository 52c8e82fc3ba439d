package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.cluster.Wakeup;
import dev.parley.cluster.WakeupsHeard;
import dev.parley.event.EventHistory;
import dev.parley.event.Events;
import dev.parley.testing.ChatClient;
import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.TestAccount;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.Promise;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who comes in a crowd is let in in turn. The tests hold all turns. */
@QuarkusTest
@TestProfile(AdmissionTest.FewTurns.class)
@SuppressWarnings("NullAway.Init") // set before each test
@Timeout(60)
class AdmissionTest {
    public static final class FewTurns implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "parley.connection.admitted-at-once", "2",
                    // So short that a test can wait for it, so long that the others need not hurry.
                    "parley.connection.command-limit", "8s");
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(EmbeddedPostgresResource.class));
        }
    }

    /** 1000, as a close frame has it. */
    private static final byte[] NORMAL = {3, (byte) 0xE8};

    @TestHTTPResource("/")
    URI server;

    @Inject
    Admission admission;

    @Inject
    DrainedSockets sockets;

    @Inject
    MeterRegistry metrics;

    @Inject
    Events events;

    @Inject
    EventHistory history;

    private final AtomicInteger asked = new AtomicInteger();
    private TestAccount account;
    private Runnable listening;
    private int held;

    @BeforeEach
    void holdAllTurns() {
        account = TestAccount.registers(server, "alice");
        listening = history.listen(event -> {
            if (event.type().equals("HelloRequested")) {
                asked.incrementAndGet();
            }
        });
        while (admission.enterIfFree()) {
            held++;
        }
    }

    @AfterEach
    void giveTurnsBack() {
        while (held > 0) {
            giveOneBack();
        }
        await("nobody waits").until(() -> waiting() == 0);
        listening.run();
    }

    @Test
    void isInTurn() {
        try (var first = ChatClient.connects(server);
                var second = ChatClient.connects(server)) {
            var hello = hello(first);
            awaitWaiting(1);
            var another = hello(second);
            awaitWaiting(2);
            assertThat(first.heardSoFar()).isEmpty();

            giveOneBack();

            assertThat(type(first, hello)).isEqualTo("welcome");
            assertThat(type(second, another)).isEqualTo("welcome");
        }
    }

    @Test
    void isToldWhenItHasTakenTooLongAndMayAskAgain() {
        try (var late = ChatClient.connects(server)) {
            assertToComeAgain(Chat.answer(late, hello(late)));

            giveOneBack();
            assertThat(type(late, hello(late))).isEqualTo("welcome");
        }
    }

    @Test
    void asksNothingForWhoHasGone() {
        try (var gone = ChatClient.connects(server)) {
            hello(gone);
            awaitWaiting(1);
            gone.vanishes();

            awaitWaiting(0);
            assertThat(asked).hasValue(0);
        }
    }

    /** It may have its session elsewhere already, which a hello of before would take from it. */
    @Test
    void asksNothingForWhoHasSaidClose() {
        var upgrade = new Handshake().line("GET /chat HTTP/1.1").with("Authorization: Bearer " + account.token());
        try (var leaving = RawClient.dials(server)) {
            assertThat(leaving.sends(upgrade.toString()).hearsHead()).startsWith("HTTP/1.1 101");
            leaving.sends(ClientFrame.text("{\"type\":\"hello\"}"));
            awaitWaiting(1);
            leaving.sends(ClientFrame.frame(0x88, NORMAL));
            try (var next = ChatClient.connects(server)) {
                var hello = hello(next);
                awaitWaiting(2);

                giveOneBack();

                assertThat(type(next, hello)).isEqualTo("welcome");
                assertThat(asked).hasValue(1);
            }
        }
    }

    @Test
    void givesWayToAnotherNodeThatHasTheSessionMeanwhile() {
        giveOneBack();
        try (var client = ChatClient.connects(server);
                var again = ChatClient.connects(server)) {
            var welcome = Chat.answer(client, hello(client));
            await("the turn is free").until(admission::enterIfFree);
            held++;
            var session = UUID.fromString(welcome.path("session").asText());
            var resume = again.asksLater("""
                    {"type":"hello","token":"%s","resume":{"session":"%s","secret":"%s"}}""".formatted(
                            account.token(), session, welcome.path("secret").asText()));
            awaitWaiting(1);

            events.fire(new WakeupsHeard(UUID.randomUUID(), List.of(new Wakeup.Attached(session, 2))));
            giveOneBack();

            assertToComeAgain(Chat.answer(again, resume));
        }
    }

    @Test
    void endsWhenTheNodeIsDrained() {
        try (var client = ChatClient.connects(server)) {
            var hello = hello(client);
            awaitWaiting(1);

            sockets.refuseUpgrades();
            giveOneBack();
            try {
                assertToComeAgain(Chat.answer(client, hello));
                assertToComeAgain(Chat.answer(client, hello(client)));
            } finally {
                sockets.acceptUpgrades();
            }
            assertThat(type(client, hello(client))).isEqualTo("welcome");
        }
    }

    /** Nobody answers it, and its socket, whose limits would end the waiting, is gone. */
    @Test
    void waitsForNobodyForEver() {
        held--;
        admission.leaveAfter(Promise.promise().future());

        await("the turn is free").until(admission::enterIfFree);
        held++;
    }

    @Test
    void goesOnWhileAVisitStays() {
        Promise<Void> visit = Promise.promise();
        admission.stayUntil(visit.future());
        giveOneBack();
        assertThat(admission.enterIfFree()).isFalse();

        visit.complete();

        await("the turn is free").until(admission::enterIfFree);
        held++;
    }

    private static void assertToComeAgain(JsonNode answer) {
        assertThat(Chat.code(answer)).isEqualTo("unavailable");
        assertThat(answer.path("retry").asText()).isEqualTo("after");
    }

    private void giveOneBack() {
        held--;
        admission.leave();
    }

    private String hello(ChatClient client) {
        return client.asksLater("{\"type\":\"hello\",\"token\":\"" + account.token() + "\"}");
    }

    private static String type(ChatClient client, String re) {
        return Chat.answer(client, re).path("type").asText();
    }

    private void awaitWaiting(int wanted) {
        await(wanted + " wait").until(() -> waiting() == wanted);
    }

    private int waiting() {
        return (int) metrics.get("parley.admission.waiting").gauge().value();
    }
}
