package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.ChatClient;
import dev.parley.testing.History.Event;
import dev.parley.testing.History.Said;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.ReconnectingClient;
import dev.parley.testing.TestAccount;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes that wake each other: the ordinary case of more than one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set before all tests
class TwoNodesIT {
    private static final Logger LOG = Logger.getLogger(TwoNodesIT.class);
    private static final Duration SWEEP = Duration.ofSeconds(2);
    /** Of a machine that is busy with both nodes and all clients. */
    private static final Duration SLACK = Duration.ofSeconds(3);

    private static final int WORDS = 40;
    /** By the sweep alone, three in four would take longer. */
    private static final Duration SOON = Duration.ofMillis(500);

    private static final int CLIENTS_PER_NODE = 8;
    private static final int ROOMS = 3;
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration BETWEEN_KILLS = Duration.ofMillis(300);
    private static final int KILLS = 12;

    /** Sessions, and how often two devices come to each. */
    private static final int CONTESTED = 5;

    private static final int CONTESTS_EACH = 40;

    private OwnPostgres database;
    private Scene scene;
    private ParleyProcess here;
    private ParleyProcess there;

    @BeforeAll
    void start(@TempDir Path directory) {
        database = OwnPostgres.starts(directory.resolve("database"));
        scene = Scene.on(database, directory, Footprint.bounded());
        here = scene.server();
        there = scene.startsAnother();
        for (var node : List.of(here, there)) {
            await("it listens").until(() -> Metrics.sum(node, "parley_cluster_listening") == 1);
        }
    }

    @AfterAll
    void stop() {
        try (var postgres = database;
                var play = scene) {
            play.endsWithEveryPromiseKept();
            LOG.info(Tally.of(play.history()));
            play.stopsInGoodOrder();
            assertThat(postgres.terminatesConnections("parley wake-ups"))
                    .as("left behind")
                    .isZero();
        }
    }

    @Test
    void bringsEntriesAndWhoTypesToTheOtherNodeAtOnce() throws Exception {
        var alice = scene.client("alice", here);
        var bob = scene.client("bob", there);
        var room = alice.creates("room");
        bob.follows(room);

        var times = new ArrayList<Duration>();
        for (int i = 0; i < WORDS; i++) {
            times.add(way(i % 2 == 0 ? alice : bob, i % 2 == 0 ? bob : alice, room));
        }

        times.sort(null);
        LOG.infof("from node to node: half within %s, the longest %s", times.get(WORDS / 2), times.getLast());
        assertThat(times.get(WORDS * 8 / 10))
                .as("within which most came, of " + times)
                .isLessThan(SOON);
        typingCrosses(room);
    }

    private void typingCrosses(UUID room) {
        var typist = scene.registers("typist");
        var onlooker = scene.registers("onlooker");
        try (var types = typist.connects(here.baseUri());
                var sees = onlooker.connects(there.baseUri())) {
            joins(typist, types, room);
            joins(onlooker, sees, room);
            for (var client : List.of(types, sees)) {
                asks(client, "{\"type\":\"open\",\"room\":\"%s\"}".formatted(room));
            }
            types.says("{\"type\":\"typing\",\"room\":\"%s\",\"on\":true}".formatted(room));
            types.says("{\"type\":\"typing\",\"room\":\"%s\",\"on\":false}".formatted(room));

            assertThat(sees.hears("typing").path("by").asText()).isEqualTo(typist.id());
            sees.hears(
                    "the end of it",
                    frame -> frame.has("on") && !frame.path("on").asBoolean());
            assertThat(types.heardSoFar()).noneMatch(frame -> frame.has("on")); // it did not come back
            presenceCrosses(room, sees);
        }
    }

    /** @param sees is on the other node */
    private void presenceCrosses(UUID room, ChatClient sees) {
        var newcomer = scene.registers("newcomer");
        asks(sees, "{\"type\":\"presence\",\"room\":\"%s\",\"watch\":true}".formatted(room));
        try (var comes = newcomer.connects(here.baseUri())) {
            joins(newcomer, comes, room);

            sees.hears(
                    "the newcomer is online",
                    frame -> frame.path("online").toString().contains(newcomer.id()));
        }
    }

    @Test
    void losesNothingThoughWakeUpsAreCutOffAllTheWhile() throws Exception {
        var clients = new ArrayList<ReconnectingClient>();
        for (int i = 0; i < CLIENTS_PER_NODE; i++) {
            clients.add(scene.client("here" + i, here));
            clients.add(scene.client("there" + i, there));
        }
        var chatter = Chatter.of(clients, ROOMS);
        var kills = new AtomicInteger();
        chatter.begins(new Random(Long.getLong("parley.seed", System.nanoTime())), PAUSE);
        var killing = Thread.ofVirtual().start(() -> killsUntilEnough(kills));

        var longest = Duration.ZERO;
        for (int i = 0; kills.get() < KILLS; i = (i + 1) % clients.size()) {
            var took = way(clients.get(i), clients.get(i ^ 1), chatter.rooms().getFirst());
            longest = took.compareTo(longest) > 0 ? took : longest;
        }
        killing.join();
        chatter.stops();

        LOG.infof("%d LISTEN connections killed, the longest way took %s", kills.get(), longest);
        assertThat(longest).isLessThan(SWEEP.plus(SLACK));
        chatter.hasLostNoConnection();
        for (var node : List.of(here, there)) {
            await("it hears again").until(() -> Metrics.sum(node, "parley_cluster_listening") == 1);
        }
    }

    private void killsUntilEnough(AtomicInteger kills) {
        while (kills.get() < KILLS) {
            kills.addAndGet(database.terminatesConnections("parley wake-ups"));
            LockSupport.parkNanos(BETWEEN_KILLS.toNanos());
        }
    }

    @Test
    void givesSessionToOneOfTwoDevicesThatComeToTwoNodesAtOnce() {
        var room = scene.client("reader", there).creates("room");
        long began = System.nanoTime();

        allAtOnce(Collections.nCopies(CONTESTED, () -> contests(room)));

        LOG.infof("contests took %d ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
    }

    /** One session, again and again. */
    private void contests(UUID room) {
        var alice = scene.registers("alice");
        JsonNode welcome;
        try (var first = alice.connects(here.baseUri());
                var device = new Device(alice, there, scene.history())) {
            joins(alice, first, room);
            welcome = device.begins();
        }
        for (int i = 1; i <= CONTESTS_EACH; i++) {
            try (var one = new Device(alice, here, scene.history());
                    var other = new Device(alice, there, scene.history())) {
                var ready = new CountDownLatch(2);
                allAtOnce(
                        List.of(() -> one.contends(welcome, room, ready), () -> other.contends(welcome, room, ready)));

                await("one of them is out")
                        .pollInterval(Duration.ofMillis(2))
                        .until(() -> !(one.isOpen() && other.isOpen()));
                var winner = one.isOpen() ? one : other;
                var loser = one.isOpen() ? other : one;
                assertThat(loser.closeCode()).isEqualTo(4509);
                assertThat(winner.generation()).as("generation in force").isEqualTo(1 + 2L * i);
                assertThat(winner.isServed()).isTrue();
            }
        }
    }

    private static void allAtOnce(List<Runnable> acts) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            acts.stream()
                    .map(act -> CompletableFuture.runAsync(act, threads))
                    .toList()
                    .forEach(CompletableFuture::join);
        }
    }

    /** From an acknowledgement on one node to the entry's arrival on the other. */
    private static Duration way(ReconnectingClient speaker, ReconnectingClient listener, UUID room) throws Exception {
        long seq = speaker.says(room, "do you hear me?")
                .get(SWEEP.plus(SLACK).toSeconds(), TimeUnit.SECONDS)
                .path("seq")
                .asLong();
        long acknowledged = System.nanoTime();
        await("the entry on the other node")
                .atMost(SWEEP.plus(SLACK))
                .pollInterval(Duration.ofMillis(1))
                .until(() -> listener.seqs().getOrDefault(room, 0L) >= seq);
        return Duration.ofNanos(System.nanoTime() - acknowledged);
    }

    private void joins(TestAccount account, ChatClient client, UUID room) {
        var cid = UUID.randomUUID().toString();
        scene.history().add(new Event.Invoked(new Said(room, UUID.fromString(account.id()), cid)));
        asks(client, "{\"type\":\"join\",\"room\":\"%s\",\"cid\":\"%s\"}".formatted(room, cid));
    }

    private static void asks(ChatClient client, String command) {
        assertThat(client.asks(command).path("type").asText()).isEqualTo("ok");
    }
}
