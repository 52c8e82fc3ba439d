package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.log.Heads;
import dev.parley.log.RoomLog;
import dev.parley.testing.ChatClient;
import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.TestAccount;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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

    @Inject
    Shards shards;

    @Inject
    RoomLog log;

    @Inject
    Heads heads;

    private TestAccount host;
    private ChatClient alice;
    private TestAccount guest;
    private ChatClient bob;
    private String room;

    @BeforeEach
    void meet() {
        host = TestAccount.registers(server, "alice");
        alice = host.connects(server);
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
        leavesElsewhere();

        Chat.sendMany(alice, room, 3);

        var last = bob.hears("the leave", LeaveTest::isDelivery);
        assertThat(last.path("entries").path(0).path("kind").asText()).isEqualTo("leave");
        assertThat(last.path("entries")).hasSize(1);
        Chat.sendMany(alice, room, 3);
        Chat.ping(bob);
        assertThat(bob.heardSoFar()).noneMatch(LeaveTest::isDelivery);
    }

    /** The page with the leave is in memory already, so its reader ends while the room's readers are gone through. */
    @Test
    void takesNothingFromThoseWhoStay() throws Exception {
        var id = UUID.fromString(room);
        Chat.join(bob, room);
        Chat.open(bob, room);
        var phones = new ArrayList<ChatClient>();
        try {
            while (onLoopOf(guest, id) < 2) {
                var phone = host.connects(server);
                phones.add(phone);
                Chat.open(phone, room);
            }
            long seq = leavesElsewhere();
            finished(log.follow(id, seq - 1));
            heads.advance(id, seq);

            shards.forEach(shard -> shard.deliver(List.of(LiveRoom.bare(id))));

            phones.forEach(phone -> phone.hears("the leave", LeaveTest::isDelivery));
        } finally {
            phones.forEach(ChatClient::close);
        }
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

    /** How many readers of the room share the account's event loop. */
    private int onLoopOf(TestAccount account, UUID id) {
        var counts = new ConcurrentLinkedQueue<Integer>();
        var asked = new AtomicInteger();
        shards.forEach(asked::incrementAndGet, shard -> {
            var accounts = new ArrayList<String>();
            shard.forEachReader(id, reader -> accounts.add(reader.account().toString()));
            counts.add(accounts.contains(account.id()) ? accounts.size() : 0);
        });
        await().until(() -> counts.size() == asked.get());
        return counts.stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    /** As another node does it of which nothing is heard. */
    private long leavesElsewhere() throws Exception {
        var leave = Tuple.of(UUID.fromString(room), UUID.fromString(guest.id()));
        return finished(pool.preparedQuery("select seq from change_room('leave', $1, $2, 'elsewhere', '{}', 'x')")
                        .execute(leave))
                .iterator()
                .next()
                .getLong("seq");
    }

    private static <T> T finished(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
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
