package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.ChatClient;
import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.TestAccount;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Who has left a room hears nothing more of it, whatever was on its way. */
@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
@SuppressWarnings("NullAway.Init") // set before each test
class LeaveTest {
    private static final long SEED = 20_251;

    @TestHTTPResource("/")
    URI server;

    @Inject
    Pool pool;

    private ChatClient alice;
    private TestAccount guest;
    private ChatClient bob;
    private String room;

    @BeforeEach
    void meet() {
        alice = TestAccount.registers(server, "alice").connects(server);
        guest = TestAccount.registers(server, "bob");
        bob = guest.connects(server);
        room = Chat.createPublic(alice);
    }

    @AfterEach
    void hangUp() {
        alice.close();
        bob.close();
    }

    @Test
    void goesOnHearingAfterComingBackThoughAnOldLeaveIsRepeated() {
        var leave = """
                {"type":"leave","room":"%s","cid":"once"}""".formatted(room);
        Chat.join(bob, room);
        Chat.ok(bob.asks(leave));
        Chat.join(bob, room);
        Chat.open(bob, room);

        var repeated = Chat.ok(bob.asks(leave));
        Chat.sendMany(alice, room, 1);

        assertThat(repeated.path("dup").asBoolean()).isTrue();
        assertThat(bob.hears("something live", LeaveTest::isDelivery)
                        .path("room")
                        .asText())
                .isEqualTo(room);
    }

    /** As when the commit of a leave was not heard, or another node wrote it. */
    @Test
    void hearsNothingAfterLeaveThatNobodyHereWasToldOf() throws Exception {
        Chat.join(bob, room);
        Chat.open(bob, room);
        var leave = Tuple.of(UUID.fromString(room), UUID.fromString(guest.id()));
        pool.withConnection(connection -> connection
                        .preparedQuery("select * from change_room('leave', $1, $2, 'elsewhere', '{}', 'x')")
                        .execute(leave))
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);

        Chat.sendMany(alice, room, 3);

        var last = bob.hears("the leave", LeaveTest::isDelivery);
        assertThat(last.path("entries").path(0).path("kind").asText()).isEqualTo("leave");
        assertThat(last.path("entries")).hasSize(1);
        Chat.sendMany(alice, room, 3);
        Chat.ping(bob);
        assertThat(bob.heardSoFar()).noneMatch(LeaveTest::isDelivery);
    }

    @Test
    void hearsNothingAfterLeavingAtRandomMomentUnderLoad() {
        var random = new Random(SEED);
        var over = new AtomicBoolean();
        var load = CompletableFuture.runAsync(() -> {
            while (!over.get()) {
                Chat.sendMany(alice, room, 10);
            }
        });
        for (int i = 0; i < 100; i++) {
            Chat.join(bob, room);
            Chat.open(bob, room);
            for (int heard = random.nextInt(4); heard > 0; heard--) {
                bob.hears("something live", LeaveTest::isDelivery);
            }
            var re = bob.asksLater(leave());
            bob.waitsUntil("leave's ok is here", heard -> heard.stream().anyMatch(frame -> answers(re, frame)));
            Chat.ping(bob);
            Chat.ping(bob);

            assertThat(bob.heardSoFar())
                    .as("seed %d, round %d", SEED, i)
                    .last()
                    .matches(frame -> answers(re, frame), "leave's ok");
            Chat.ok(Chat.answer(bob, re));
            forgetDeliveries();
        }
        over.set(true);
        load.join();
    }

    @RepeatedTest(15)
    void hearsNothingIfOpenAndLeaveCross() {
        Chat.join(bob, room);
        var left = bob.asksLater(leave());
        var opened = bob.asksLater("""
                {"type":"open","room":"%s"}""".formatted(room));
        Chat.ok(Chat.answer(bob, left));
        Chat.answer(bob, opened);

        long unheard = Chat.send(alice, room, "unheard");

        Chat.ping(bob);
        assertThat(Chat.seqsHeard(bob, room)).doesNotContain(unheard);
    }

    @RepeatedTest(15)
    void hearsNothingIfAnotherDeviceLeavesMeanwhile() {
        Chat.join(bob, room);
        try (var phone = guest.connects(server)) {
            var opened = phone.asksLater("""
                    {"type":"open","room":"%s"}""".formatted(room));
            Chat.ok(bob.asks(leave()));
            Chat.answer(phone, opened);

            long unheard = Chat.send(alice, room, "unheard");

            Chat.ping(phone);
            assertThat(Chat.seqsHeard(phone, room)).doesNotContain(unheard);
        }
    }

    private void forgetDeliveries() {
        while (bob.heardSoFar().stream().anyMatch(LeaveTest::isDelivery)) {
            bob.hears("what is to be forgotten", LeaveTest::isDelivery);
        }
    }

    private static boolean answers(String re, JsonNode frame) {
        return re.equals(frame.path("re").asText());
    }

    private static boolean isDelivery(JsonNode frame) {
        return frame.path("type").asText().startsWith("entr");
    }

    private String leave() {
        return """
                {"type":"leave","room":"%s","cid":"%s"}""".formatted(room, Chat.cid());
    }
}
