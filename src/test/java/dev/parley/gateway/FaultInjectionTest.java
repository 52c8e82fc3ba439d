package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.event.EventHistory;
import dev.parley.gateway.Sabotage.Stage;
import dev.parley.message.SendRequested;
import dev.parley.protocol.ClientFrame;
import dev.parley.testing.ChatClient;
import dev.parley.testing.TestAccount;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever throws while a command is served, and wherever: it costs that command, and no other. */
@QuarkusTest
@TestProfile(QuickLimits.class)
@SuppressWarnings("NullAway.Init") // set before each test
class FaultInjectionTest {
    private static final Set<Stage> ALL = EnumSet.allOf(Stage.class);
    private static final Set<Stage> UNANSWERED = EnumSet.of(Stage.DISPATCH, Stage.REQUEST);
    private static final Set<Stage> OF_THE_GATEWAY = EnumSet.of(Stage.DISPATCH);
    private static final Map<Class<? extends ClientFrame>, Planting> PLANTINGS = plantings();

    /** Open from the first test to the last: the first of a kind has the cause of those in other tests. */
    private static FaultLines log;

    @TestHTTPResource("/")
    URI server;

    @Inject
    Sabotage sabotage;

    @Inject
    MeterRegistry metrics;

    @Inject
    EventHistory events;

    private TestAccount account;
    private TestAccount other;

    /** @param json of a command with the id {@link Sabotage#ID}; %1$s is a room, %2$s a token */
    record Planting(String json, Set<Stage> stages) {}

    private static Map<Class<? extends ClientFrame>, Planting> plantings() {
        var all = new LinkedHashMap<Class<? extends ClientFrame>, Planting>();
        all.put(ClientFrame.Hello.class, planting("'type':'hello','token':'%2$s'", ALL));
        all.put(ClientFrame.Auth.class, planting("'type':'auth','token':'%2$s'", UNANSWERED));
        all.put(ClientFrame.CreateRoom.class, planting("'type':'create_room','cid':'c','name':'x'", ALL));
        all.put(ClientFrame.Join.class, planting("'type':'join','room':'%1$s','cid':'j'", ALL));
        all.put(ClientFrame.Leave.class, planting("'type':'leave','room':'%1$s','cid':'l'", ALL));
        all.put(ClientFrame.Open.class, planting("'type':'open','room':'%1$s'", ALL));
        all.put(ClientFrame.Close.class, planting("'type':'close','room':'%1$s'", OF_THE_GATEWAY));
        all.put(ClientFrame.Send.class, planting("'type':'send','room':'%1$s','cid':'s','body':'x'", ALL));
        all.put(ClientFrame.History.class, planting("'type':'history','room':'%1$s'", ALL));
        all.put(ClientFrame.Ack.class, planting("'type':'ack','cursors':{'%1$s':1}", UNANSWERED));
        all.put(ClientFrame.Typing.class, planting("'type':'typing','room':'%1$s','on':true", UNANSWERED));
        all.put(ClientFrame.Presence.class, planting("'type':'presence','room':'%1$s'", ALL));
        all.put(ClientFrame.Ping.class, planting("'type':'ping'", OF_THE_GATEWAY));
        all.put(
                ClientFrame.Logout.class,
                planting("'type':'logout'", EnumSet.of(Stage.DISPATCH, Stage.REQUEST, Stage.OUTCOME, Stage.SILENCE)));
        return all;
    }

    private static Planting planting(String fields, Set<Stage> stages) {
        return new Planting("{'id':'boom',%s}".formatted(fields).replace('\'', '"'), stages);
    }

    static Stream<Arguments> faults() {
        return PLANTINGS.entrySet().stream()
                .flatMap(planting -> planting.getValue().stages().stream()
                        .map(stage -> Arguments.of(planting.getKey().getSimpleName(), stage, planting.getValue())));
    }

    private static String json(Class<? extends ClientFrame> type) {
        return Objects.requireNonNull(PLANTINGS.get(type)).json();
    }

    @BeforeAll
    static void listen() {
        log = new FaultLines();
    }

    @AfterAll
    static void listenNoMore() {
        log.close();
    }

    @BeforeEach
    void register() {
        account = TestAccount.registers(server, "alice");
        other = TestAccount.registers(server, "bob");
    }

    @Test
    void plantsAFaultInEveryTypeOfCommand() {
        assertThat(PLANTINGS.keySet())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ClientFrame.class.getPermittedSubclasses())
                        .<Class<? extends ClientFrame>>map(type -> type.asSubclass(ClientFrame.class))
                        .toList());
        assertThat(PLANTINGS.values())
                .allSatisfy(planting -> assertThat(planting.stages()).contains(Stage.DISPATCH));
    }

    @ParameterizedTest(name = "{0} at {1}")
    @MethodSource("faults")
    void costsOneCommand(String type, Stage stage, Planting planting) {
        boolean isHello = type.equals("Hello");
        try (var bystander = other.connects(server);
                var victim = isHello ? ChatClient.connects(server) : account.connects(server)) {
            var room = isHello ? Chat.createPublic(bystander) : Chat.createPublic(victim);
            if (!isHello) {
                Chat.open(victim, room);
            }
            double told = errorsTold(stage);
            sabotage.at(stage);

            victim.says(planting.json().formatted(room, account.token()));
            var error = Chat.answer(victim, Sabotage.ID);

            isTheErrorOfAFault(error, stage);
            assertThat(errorsTold(stage)).isEqualTo(told + 1);
            goesOn(victim, type, stage, room);
            Chat.ping(bystander);
            await().until(() -> metrics.get("parley.commands.in_flight").gauge().value() == 0);
        }
    }

    @Test
    void costsOneCommandIfAnyObserverThrows() {
        try (var alice = account.connects(server)) {
            var room = Chat.createPublic(alice);

            var error = alice.asks("""
                    {"type":"send","room":"%s","cid":"%s","body":"%s"}""".formatted(room, FaultyObserver.CID, FaultyObserver.CID));

            isTheErrorOfAFault(error, Stage.REQUEST);
            assertThat(log.fields(error.path("error_id").asText()))
                    .containsOnlyKeys("connection", "session", "room", "cid")
                    .containsEntry("room", room)
                    .containsEntry("cid", FaultyObserver.CID);
            assertThat(Chat.send(alice, room, "the first in the room")).isEqualTo(2);
        }
    }

    /** Hears of a send before those who serve it. */
    @Singleton
    static class FaultyObserver {
        static final String CID = "breaks the observer";

        void hear(@Observes @Priority(1) SendRequested request) {
            if (request.frame().cid().equals(CID)) {
                throw new Sabotage.Planted();
            }
        }
    }

    @Test
    void dropsAnAnswerThatComesTooLate() {
        try (var alice = account.connects(server)) {
            var room = Chat.createPublic(alice);
            sabotage.at(Stage.SILENCE);
            alice.says(json(ClientFrame.Send.class).formatted(room));
            assertThat(Chat.code(Chat.answer(alice, Sabotage.ID))).isEqualTo("timeout");

            sabotage.letGo();

            await().until(() -> Chat.ok(alice.asks("{\"type\":\"history\",\"room\":\"" + room + "\"}"))
                            .path("entries")
                            .size()
                    == 2);
            assertThat(alice.heardSoFar())
                    .noneMatch(frame -> Sabotage.ID.equals(frame.path("re").asText()));
        }
    }

    @Test
    void letsASessionGoThatWasGivenTooLate() {
        try (var alice = ChatClient.connects(server)) {
            sabotage.at(Stage.SILENCE);
            alice.says(json(ClientFrame.Hello.class).formatted("", account.token()));
            assertThat(Chat.code(Chat.answer(alice, Sabotage.ID))).isEqualTo("timeout");

            sabotage.letGo();
            greets(alice);

            Chat.ping(alice);
            await().until(() -> detached(account.id()) == 1);
        }
    }

    @Test
    void opensRoomsAgainThoughAskingForThemFailed() {
        try (var alice = ChatClient.connects(server);
                var again = ChatClient.connects(server)) {
            var first = greets(alice);
            var room = Chat.createPublic(alice);
            sabotage.ofNextReopening();

            var welcome = again.asks("""
                    {"type":"hello","token":"%s","resume":{"session":"%s","secret":"%s","rooms":{"%s":0}}}""".formatted(
                            account.token(),
                            first.path("session").asText(),
                            first.path("secret").asText(),
                            room));

            assertThat(welcome.path("heads").toString()).isEqualTo("{}");
            assertThat(again.hears("caught_up").path("room").asText()).isEqualTo(room);
        }
    }

    private void isTheErrorOfAFault(JsonNode error, Stage stage) {
        assertThat(Chat.code(error)).isEqualTo(stage == Stage.SILENCE ? "timeout" : "internal");
        assertThat(error.path("retry").asText()).isEqualTo("after");
        assertThat(error.path("retry_after_ms").asLong()).isPositive();
        assertThat(error.toString()).doesNotContain(Sabotage.SECRET, "Exception", "dev.parley");
        assertThat(log.about(error.path("error_id").asText()))
                .contains(stage == Stage.SILENCE ? "not answered within PT1S" : Sabotage.SECRET);
    }

    /** The next command of the same connection succeeds; but a logout ends it even if it fails. */
    private void goesOn(ChatClient victim, String type, Stage stage, String room) {
        switch (type) {
            case "Hello" -> greets(victim);
            case "Logout" -> {
                if (stage == Stage.DISPATCH) {
                    Chat.ok(victim.asks("{\"type\":\"logout\"}"));
                }
                assertThat(victim.closeCode()).isEqualTo(1000);
            }
            default -> {
                Chat.ping(victim);
                Chat.send(victim, room, "on we go");
            }
        }
    }

    private JsonNode greets(ChatClient client) {
        var welcome = client.asks("{\"type\":\"hello\",\"token\":\"" + account.token() + "\"}");
        assertThat(welcome.path("type").asText()).as(welcome.toString()).isEqualTo("welcome");
        return welcome;
    }

    private long detached(String id) {
        return events.newest(Optional.of("SessionDetached"), 100).stream()
                .filter(event -> UUID.fromString(id).equals(event.subjects().account()))
                .count();
    }

    private double errorsTold(Stage stage) {
        return metrics.get("parley.errors")
                .tag("code", stage == Stage.SILENCE ? "timeout" : "internal")
                .counter()
                .count();
    }
}
