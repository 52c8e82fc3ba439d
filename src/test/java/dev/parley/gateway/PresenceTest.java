package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.presence.Rosters;
import dev.parley.task.TaskManager;
import dev.parley.testing.ChatClient;
import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.OtherNode;
import dev.parley.testing.TaskRuns;
import dev.parley.testing.TestAccount;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is online is told to those who share a room with them, and nobody else. */
@QuarkusTest
@TestProfile(PresenceTest.Impatient.class)
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
@SuppressWarnings("NullAway.Init") // set before each test
class PresenceTest {
    /** Times that a test can wait for, and a room that can be filled. */
    public static final class Impatient implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "parley.presence.interval", "1s",
                    "parley.presence.grace", "1s",
                    "parley.presence.members", "3");
        }
    }

    @TestHTTPResource("/")
    URI server;

    @Inject
    Rosters rosters;

    @Inject
    TaskManager tasks;

    @Inject
    Shards shards;

    private TestAccount alice;
    private TestAccount bob;
    private ChatClient hers;
    private ChatClient his;
    private String room;

    @BeforeEach
    void meet() {
        alice = TestAccount.registers(server, "alice");
        bob = TestAccount.registers(server, "bob");
        hers = alice.connects(server);
        his = bob.connects(server);
        room = Chat.createPublic(hers);
        Chat.join(his, room);
        Chat.open(hers, room);
    }

    @AfterEach
    void hangUp() {
        hers.close();
        his.close();
    }

    @Test
    void tellsWhoOfARoomIsOnline() {
        assertThat(ids(ask(hers, "\"room\":\"%s\"".formatted(room)).path("online")))
                .isEqualTo(ids(alice, bob));

        his.close();

        await("he is gone")
                .until(() -> ids(ask(hers, "\"room\":\"%s\"".formatted(room)).path("online"))
                        .equals(ids(alice)));
    }

    @Test
    void tellsWhoOfTheUsersIsOnline() {
        var carol = TestAccount.registers(server, "carol");
        try (var stranger = carol.connects(server)) {
            var users = "\"users\":[\"%s\",\"%s\",\"%s\",\"%s\"]"
                    .formatted(bob.id(), bob.id(), carol.id(), UUID.randomUUID());

            var online = ask(hers, users);

            assertThat(ids(online.path("online")))
                    .as("who shares no room is as nobody")
                    .isEqualTo(ids(bob));
            assertThat(online.path("online")).hasSize(1);
            assertThat(ids(ask(stranger, users).path("online")))
                    .as("but not to oneself")
                    .isEqualTo(ids(carol));
        }
    }

    /** By what other nodes have stored: what is stored of a session that ends here comes a moment later. */
    @Test
    void takesThoseForOnlineWhoAreConnectedOrWereJustNow() {
        var carol = TestAccount.registers(server, "carol");
        try (var _ = joined(carol)) {}
        await("carol is gone").until(() -> !isOnline(carol));
        var account = UUID.fromString(carol.id());
        try (var other = OtherNode.joins()) {
            other.does("""
                    insert into active_session (account_id, id, secret_hash, generation, last_seen_at, expires_at)
                    values (?, gen_random_uuid(), '', 1, now() + interval '1 minute', now() + interval '1 day')""", account);
            assertThat(isOnline(carol)).as("within the grace").isTrue();

            other.does(
                    "update active_session set last_seen_at = now() - interval '1 minute' where account_id = ?",
                    account);
            assertThat(isOnline(carol)).as("after it").isFalse();

            other.does("update active_session set node_id = ? where account_id = ?", other.id(), account);
            assertThat(isOnline(carol)).as("connected").isTrue();

            other.does("update active_session set expires_at = now() where account_id = ?", account);
            assertThat(isOnline(carol)).as("with sessions that are over").isFalse();
        }
    }

    @Test
    void tellsNothingToWhoIsNotInTheRoom() {
        var hidden = Chat.createPrivate(hers);
        var carol = TestAccount.registers(server, "carol");
        try (var stranger = carol.connects(server)) {
            var of = "{\"type\":\"presence\",\"room\":\"%s\"}";
            assertThat(Chat.code(stranger.asks(of.formatted(room)))).isEqualTo("not_member");
            var nowhere = stranger.asks(of.formatted(UUID.randomUUID()));
            var secret = stranger.asks(of.formatted(hidden));
            assertThat(Chat.code(secret)).isEqualTo("not_found").isEqualTo(Chat.code(nowhere));
            assertThat(secret.path("message")).isEqualTo(nowhere.path("message"));

            watch(hers, true); // from now on it is known here who is in the room
            assertThat(Chat.code(stranger.asks(of.formatted(room)))).isEqualTo("not_member");
        }
    }

    @Test
    void tellsWhoComesAndGoes() {
        his.close();
        await("he is gone").until(() -> ids(watch(hers, true).path("online")).equals(ids(alice)));
        hers.heardSoFar().forEach(_ -> hers.hears("presence"));

        try (var _ = bob.connects(server)) {
            assertThat(hers.hears("presence").toString()).isEqualTo("""
                    {"type":"presence","room":"%s","online":["%s"],"offline":[]}""".formatted(room, bob.id()));
        }

        assertThat(hers.hears("presence").toString()).isEqualTo("""
                {"type":"presence","room":"%s","online":[],"offline":["%s"]}""".formatted(room, bob.id()));
    }

    @Test
    void countsDevicesAsOne() {
        watch(hers, true);
        try (var phone = bob.connects(server)) {
            his.close();
            var carol = TestAccount.registers(server, "carol");
            try (var _ = joined(carol)) {
                assertThat(hers.hears("presence").toString()).isEqualTo("""
                        {"type":"presence","room":"%s","online":["%s"],"offline":[]}""".formatted(room, carol.id()));
            }

            assertThat(hers.hears("presence").toString())
                    .as("by then he would be missed, too")
                    .isEqualTo("""
                    {"type":"presence","room":"%s","online":[],"offline":["%s"]}""".formatted(room, carol.id()));
            assertThat(presenceHeard(hers)).isEmpty();
            assertThat(phone.isOpen()).isTrue();
        }
    }

    @Test
    void tellsWithoutGraceWhoHasLoggedOut() {
        assertThat(isOnline(bob)).isTrue();

        Chat.ok(his.asks("{\"type\":\"logout\"}"));

        assertThat(isOnline(bob)).isFalse();
    }

    @Test
    void tellsWhoHasLoggedOut() {
        watch(hers, true);

        Chat.ok(his.asks("{\"type\":\"logout\"}"));

        assertThat(hers.hears("presence").path("offline").toString()).contains(bob.id());
    }

    @Test
    void tellsOfThoseOnOtherNodes() {
        watch(hers, true);
        his.close();
        assertThat(hers.hears("presence").path("offline").toString()).contains(bob.id());
        try (var other = OtherNode.joins()) {
            other.does(
                    "update active_session set node_id = ? where account_id = ?",
                    other.id(),
                    UUID.fromString(bob.id()));

            assertThat(hers.hears("presence").path("online").toString()).contains(bob.id());

            other.does("update active_session set node_id = null where account_id = ?", UUID.fromString(bob.id()));
            assertThat(hers.hears("presence").path("offline").toString()).contains(bob.id());
        }
    }

    /** As after an outage, before what came to be meanwhile is stored. */
    @Test
    void knowsWhoIsConnectedHereWhateverIsStored() {
        watch(hers, true);
        try (var other = OtherNode.joins()) {
            other.does("""
                    update active_session set node_id = null, last_seen_at = now() - interval '1 minute'
                     where account_id = ?""", UUID.fromString(bob.id()));
            assertThat(ids(ask(hers, "\"users\":[\"%s\"]".formatted(bob.id())).path("online")))
                    .isEqualTo(ids(bob));
            TaskRuns.awaitNext(tasks, "presence.look");
        }

        assertThat(ids(watch(hers, true).path("online"))).isEqualTo(ids(alice, bob));
        assertThat(presenceHeard(hers)).isEmpty();
    }

    @Test
    void tellsNoMoreWhenItIsNotWatchedAnyMore() {
        watch(hers, true);
        watch(hers, false);
        assertThat(rosters.of(UUID.fromString(room))).isNull();

        watch(hers, true);
        Chat.ok(hers.asks("{\"type\":\"close\",\"room\":\"%s\"}".formatted(room)));
        assertThat(rosters.of(UUID.fromString(room))).isNull();

        assertThat(ids(watch(hers, false).path("online")))
                .as("it is asked about all the same")
                .isEqualTo(ids(alice, bob));

        Chat.open(hers, room);
        watch(hers, true);
        Chat.open(hers, room);
        assertThat(rosters.of(UUID.fromString(room))).isNull();

        watch(hers, true);
        hers.close();
        await("nobody watches").until(() -> rosters.of(UUID.fromString(room)) == null);
    }

    @Test
    void tellsNoMoreToWhoHasLeft() {
        watch(hers, true);
        try (var phone = alice.connects(server)) {
            Chat.ok(phone.asks("{\"type\":\"leave\",\"room\":\"%s\",\"cid\":\"l\"}".formatted(room)));
        }

        await("nobody watches").until(() -> rosters.of(UUID.fromString(room)) == null);
        assertThat(code(hers)).isEqualTo("not_member");
    }

    /** On another node, so that nobody here has heard of it yet. */
    @Test
    void tellsNoMoreToWhoHasLeftElsewhere() {
        var carol = TestAccount.registers(server, "carol");
        try (var other = OtherNode.joins();
                var witness = joined(carol)) {
            Chat.open(witness, room);
            watch(witness, true);
            watch(hers, true);
            other.does(
                    "delete from member where room_id = ? and account_id = ?",
                    UUID.fromString(room),
                    UUID.fromString(alice.id()));
            assertThat(witness.hears("presence").path("offline").toString()).contains(alice.id());

            his.close();
            assertThat(witness.hears("presence").path("offline").toString()).contains(bob.id());

            Chat.ping(hers);
            assertThat(presenceHeard(hers)).isEmpty();
            assertThat(code(hers)).isEqualTo("not_member");
        }
    }

    @Test
    void tellsLaterWhoseSocketIsBehind() {
        watch(hers, true);
        var carol = TestAccount.registers(server, "carol");
        try (var witness = joined(carol)) {
            assertThat(hers.hears("presence").path("online").toString()).contains(carol.id());
            Chat.open(witness, room);
            watch(witness, true);
            takes(alice, false);
            his.close();
            assertThat(witness.hears("presence").path("offline").toString()).contains(bob.id());
            assertThat(presenceHeard(hers)).isEmpty();

            takes(alice, true);

            assertThat(hers.hears("presence").path("offline").toString()).contains(bob.id());
        }
    }

    /** Has the sockets of the account look full, or not any more. */
    private void takes(TestAccount account, boolean writable) {
        shards.forEach(shard -> shard.forEachConnection(connection -> {
            if (connection.account().toString().equals(account.id())) {
                connection.wire().channel().unsafe().outboundBuffer().setUserDefinedWritability(1, writable);
            }
        }));
    }

    @Test
    void doesNotTellOfLargeRooms() {
        watch(hers, true);
        for (var name : List.of("carol", "dave")) {
            try (var _ = joined(TestAccount.registers(server, name))) {}
        }

        var error = hers.hears("error");
        assertThat(error.path("code").asText()).isEqualTo("too_large");
        assertThat(error.path("room").asText()).isEqualTo(room);
        assertThat(rosters.of(UUID.fromString(room))).isNull();
        assertThat(Chat.code(hers.asks("""
                {"type":"presence","room":"%s","watch":true}""".formatted(room)))).isEqualTo("too_large");
        assertThat(rosters.of(UUID.fromString(room))).isNull();
    }

    private ChatClient joined(TestAccount account) {
        var client = account.connects(server);
        Chat.join(client, room);
        return client;
    }

    private String code(ChatClient who) {
        return Chat.code(who.asks("{\"type\":\"presence\",\"room\":\"%s\"}".formatted(room)));
    }

    private boolean isOnline(TestAccount account) {
        return ids(ask(hers, "\"room\":\"%s\"".formatted(room)).path("online")).contains(account.id());
    }

    private JsonNode watch(ChatClient who, boolean on) {
        return ask(who, "\"room\":\"%s\",\"watch\":%b".formatted(room, on));
    }

    private static JsonNode ask(ChatClient who, String fields) {
        return Chat.ok(who.asks("{\"type\":\"presence\",%s}".formatted(fields)));
    }

    private static List<JsonNode> presenceHeard(ChatClient who) {
        return who.heardSoFar().stream()
                .filter(frame -> frame.path("type").asText().equals("presence"))
                .toList();
    }

    private static Set<String> ids(TestAccount... accounts) {
        var ids = new HashSet<String>();
        Arrays.stream(accounts).forEach(account -> ids.add(account.id()));
        return ids;
    }

    private static Set<String> ids(JsonNode online) {
        var ids = new HashSet<String>();
        online.forEach(id -> ids.add(id.asText()));
        return ids;
    }
}
