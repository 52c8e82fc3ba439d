package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.ChatClient;
import dev.parley.testing.TestAccount;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.Promise;
import jakarta.inject.Inject;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who comes in a crowd is let in in turn. {@link QuickLimits} admit two at once; the tests take both turns. */
@QuarkusTest
@TestProfile(QuickLimits.class)
@SuppressWarnings("NullAway.Init") // set before each test
@Timeout(60)
class AdmissionTest {
    private static final int TURNS = 2;

    @TestHTTPResource("/")
    URI server;

    @Inject
    Admission admission;

    @Inject
    MeterRegistry metrics;

    private TestAccount account;
    private int held;

    @BeforeEach
    void takeAllTurns() {
        account = TestAccount.registers(server, "alice");
        while (held < TURNS) {
            Promise<Void> turn = Promise.promise();
            admission.enter(turn);
            assertThat(turn.future().succeeded()).as("turn is free").isTrue();
            held++;
        }
    }

    @AfterEach
    void giveTurnsBack() {
        while (held > 0) {
            giveOneBack();
        }
        await().untilAsserted(() -> assertThat(waiting()).isZero());
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
            var refused = Chat.answer(late, hello(late));

            assertThat(Chat.code(refused)).isEqualTo("unavailable");
            assertThat(refused.path("retry").asText()).isEqualTo("after");
            giveOneBack();
            assertThat(type(late, hello(late))).isEqualTo("welcome");
        }
    }

    @Test
    void passesByWhoHasGone() {
        try (var gone = ChatClient.connects(server);
                var next = ChatClient.connects(server)) {
            hello(gone);
            awaitWaiting(1);
            gone.vanishes();
            var hello = hello(next);
            awaitWaiting(2);

            giveOneBack();

            assertThat(type(next, hello)).isEqualTo("welcome");
        }
    }

    /** Nobody answers it, and its socket, whose limits would end the waiting, is gone. */
    @Test
    void waitsForNobodyForEver() {
        held--;
        admission.leaveAfter(Promise.promise().future());
        try (var next = ChatClient.connects(server)) {
            await().untilAsserted(() -> assertThat(type(next, hello(next))).isEqualTo("welcome"));
        }
    }

    private void giveOneBack() {
        held--;
        admission.leave();
    }

    private String hello(ChatClient client) {
        return client.asksLater("{\"type\":\"hello\",\"token\":\"" + account.token() + "\"}");
    }

    private static String type(ChatClient client, String re) {
        return text(Chat.answer(client, re), "type");
    }

    private static String text(JsonNode frame, String field) {
        return frame.path(field).asText();
    }

    private void awaitWaiting(int wanted) {
        await().untilAsserted(() -> assertThat(waiting()).isEqualTo(wanted));
    }

    private int waiting() {
        return (int) metrics.get("parley.admission.waiting").gauge().value();
    }
}
