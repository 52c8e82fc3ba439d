package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.cluster.Node;
import dev.parley.task.TaskManager;
import dev.parley.testing.ChatClient;
import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.OtherNode;
import dev.parley.testing.TestAccount;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What clients see of another node, by its wake-ups alone, and without them. */
@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
@SuppressWarnings("NullAway.Init") // set before each test
class OtherNodeTest {
    private static final String KILL = """
            select pg_terminate_backend(pid) from pg_stat_activity
             where application_name = 'parley wake-ups' and datname = current_database()""";

    @TestHTTPResource("/")
    URI server;

    @Inject
    TaskManager tasks;

    @Inject
    Node node;

    private OtherNode other;
    private TestAccount alice;
    private ChatClient phone;
    private String room;

    @BeforeEach
    void meet() {
        alice = TestAccount.registers(server, "alice");
        phone = ChatClient.connects(server);
        other = OtherNode.joins();
        await("the other node is known").until(() -> !node.isAlone());
    }

    @AfterEach
    void part() {
        phone.close();
        other.close();
    }

    private JsonNode greeted() {
        var welcome = phone.asks("{\"type\":\"hello\",\"token\":\"" + alice.token() + "\"}");
        room = Chat.createPublic(phone);
        Chat.open(phone, room);
        return welcome;
    }

    /** What looks by itself does not. */
    @Nested
    class ByWakeUps {
        private static final List<String> LOOKING = List.of("log.sweep", "session.revocations", "session.takeovers");

        @BeforeEach
        void lookNoMore() throws InterruptedException {
            for (var task : LOOKING) {
                assertThat(tasks.cancel(task)).as(task).hasValue(true);
            }
        }

        @AfterEach
        void lookAgain() {
            LOOKING.forEach(tasks::reschedule);
        }

        @Test
        void deliversWhatTheOtherNodeWrote() {
            greeted();
            long first = other.writes(room, alice.id(), "one");
            long second = other.writes(room, alice.id(), "two");

            other.tells("g:" + room + ":" + second);

            phone.waitsUntil("both are here", _ -> Chat.seqsHeard(phone, room).equals(List.of(first, second)));
        }

        @Test
        void deliversAllIfTheOtherNodeHasTooMuchToTell() {
            greeted();
            long seq = other.writes(room, alice.id(), "one");

            other.tells("much");

            phone.waitsUntil("it is here", _ -> Chat.seqsHeard(phone, room).equals(List.of(seq)));
        }

        @Test
        void deliversWhatWasMissedOnceItHearsAgain() {
            greeted();
            long seq = other.writes(room, alice.id(), "one");

            other.does(KILL);

            phone.waitsUntil("it is here", _ -> Chat.seqsHeard(phone, room).equals(List.of(seq)));
        }

        @Test
        void tellsWhoTypesOnTheOtherNode() {
            greeted();

            other.tells("t:%s:%s:on".formatted(room, other.id()));

            assertThat(phone.hears("typing").toString()).isEqualTo("""
                    {"type":"typing","room":"%s","by":"%s","on":true}""".formatted(room, other.id()));
        }

        @Test
        void fencesWhoseSessionTheOtherNodeHasTaken() {
            var welcome = greeted();

            other.tells("a:%s:2".formatted(session(welcome)));

            assertThat(phone.hears("bye").path("code").asInt()).isEqualTo(4509);
            assertThat(phone.closeCode()).isEqualTo(4509);
        }

        @Test
        void doesNotFenceWhoAttachedAfterTheOtherNode() {
            var welcome = greeted();

            other.tells("a:%s:1 t:%s:%s:on".formatted(session(welcome), room, other.id()));

            phone.hears("typing");
            Chat.ping(phone);
        }

        @Test
        void letsWhoComesBackHaveTheSessionAgain() {
            var welcome = greeted();
            other.tells("a:%s:7".formatted(session(welcome)));
            assertThat(phone.closeCode()).isEqualTo(4509);
            try (var again = ChatClient.connects(server)) {

                var answer = again.asks(resume(session(welcome), welcome));

                assertThat(answer.path("generation").asLong()).isEqualTo(8);
                Chat.ping(again);
            }
        }

        /** The other node's word may be faster than the database's answer to this node. */
        @Test
        void fencesWhoseAttachmentWasOvertakenBeforeItWasHere() {
            var welcome = greeted();
            var unknown = UUID.randomUUID();
            other.does("""
                    insert into active_session (account_id, id, secret_hash, generation, expires_at)
                    select account_id, ?, secret_hash, 1, expires_at from active_session where id = ?::uuid""", unknown, session(welcome));
            other.tells("a:%s:3 t:%s:%s:on".formatted(unknown, room, other.id()));
            phone.hears("typing");
            try (var again = ChatClient.connects(server)) {

                var re = again.asksLater(resume(unknown.toString(), welcome)); // as generation 2

                assertThat(again.hears("bye").path("code").asInt()).isEqualTo(4509);
                assertThat(again.closeCode()).isEqualTo(4509);
                assertThat(again.heardSoFar())
                        .noneMatch(frame -> re.equals(frame.path("re").asText()));
            }
        }

        @Test
        void endsWhatTheOtherNodeHasRevoked() {
            var welcome = greeted();
            other.does("delete from active_session where id = ?::uuid", session(welcome));
            other.does(
                    "insert into ended_session (account_id, session_id) values (?::uuid, ?::uuid)",
                    alice.id(),
                    session(welcome));

            other.tells("ended");

            assertThat(phone.hears("bye").path("code").asInt()).isEqualTo(4510);
        }
    }

    @Test
    void fencesWhoseSessionWasTakenThoughNobodyToldSo() {
        var welcome = greeted();

        other.does(
                "update active_session set generation = 2, node_id = ? where id = ?::uuid",
                other.id(),
                session(welcome));

        assertThat(phone.hears("bye").path("code").asInt()).isEqualTo(4509);
    }

    private String resume(String session, JsonNode welcome) {
        return """
                {"type":"hello","token":"%s","resume":{"session":"%s","secret":"%s"}}""".formatted(alice.token(), session, welcome.path("secret").asText());
    }

    private static String session(JsonNode welcome) {
        return welcome.path("session").asText();
    }
}
