package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ChatClient;
import dev.parley.testing.Checker;
import dev.parley.testing.Flaw;
import dev.parley.testing.Flaw.Kind;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.PatchedProgram;
import dev.parley.testing.ReconnectingClient;
import dev.parley.testing.Seed;
import dev.parley.testing.TestSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * The suite can fail: each of these bugs is planted on purpose, and what guards against it objects. The same faults, clients
 * and checks pass with the program as it is; that is what the other tests of this package show. Four of the bugs are in the
 * short form, all nine in the long one.
 */
@Tag("fault")
class PlantedBugsIT {
    private static final Logger LOG = Logger.getLogger(PlantedBugsIT.class);
    private static final int CLIENTS = 20;
    private static final int ROOMS = 5;
    private static final int ACKS = 300;
    private static final int MOST_ROUNDS = 20;
    /** What is broken may never be quiet. */
    private static final Duration QUIET_LIMIT = Form.seconds(4, 10);

    private static final Duration PAUSE = Duration.ofMillis(5);

    @TempDir
    Path directory;

    @BeforeEach
    void sow() {
        Seed.sows();
    }

    static boolean isLong() {
        return Form.isLong();
    }

    /** A send is acknowledged when its transaction begins. Lost with all that was on its way when both go down at once. */
    @Test
    @EnabledIf("isLong")
    void ackBeforeCommit() {
        var program = patched(
                "dev.parley.log.Lane",
                inOrder(
                        "        busy = true;\n        var span = commits.begin(",
                        """
                        busy = true;
                        for (var waiting : batch) {
                            var head = HEADS.computeIfPresent(waiting.line().room(), (_, known) -> known + 1);
                            if (head != null && !waiting.line().kind().changesRoom() && TOLD.add(waiting)) {
                                waiting.tell(new Appended.Written(head, java.time.Instant.now()));
                            }
                        }
                        var span = commits.begin(""",
                        "    private boolean busy;\n",
                        """
                    private static final java.util.Map<java.util.UUID, Long> HEADS = new java.util.concurrent.ConcurrentHashMap<>();
                    private static final java.util.Set<Waiting> TOLD = java.util.Collections.newSetFromMap(
                            java.util.Collections.synchronizedMap(new java.util.IdentityHashMap<>()));
                    private boolean busy;
                """,
                        "        failures = 0;\n        busy = false;\n        writeNext(); //",
                        """
                        for (int i = 0; i < batch.size(); i++) {
                            if (outcomes.get(i) instanceof Appended.Committed place) {
                                HEADS.merge(batch.get(i).line().room(), place.seq(), Math::max);
                            }
                        }
                        failures = 0;
                        busy = false;
                        writeNext(); //""",
                        "                batch.get(i).tell(outcomes.get(i));\n",
                        "                if (!TOLD.remove(batch.get(i))) batch.get(i).tell(outcomes.get(i));\n"));
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, program)) {
            var chatter = scene.chatter(CLIENTS, ROOMS).begins(Seed.random(), Duration.ZERO);
            for (int round = 0; round < 3; round++) {
                chatter.awaitAcks(ACKS);
                database.isKilled();
                scene.server().kill9();
                database.startsAgain();
                scene.startsAgain();
            }
            objects(scene, chatter, Kind.LOST);
        }
    }

    /** What is said again, since its answer was lost, is written again. */
    @Test
    void noIdempotencyKey() {
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, Map.of())) {
            PlantedSql.inAppend(database.server(), Map.of("on conflict (room_id, sender_id, cid) do nothing", ""));
            PlantedSql.run(database.server(), "alter table entry drop constraint entry_cid_unique");
            var chatter = scene.chatter(CLIENTS, ROOMS).begins(Seed.random(), Duration.ZERO);
            harmsUntil(Kind.DUPLICATED, scene, chatter, () -> {
                scene.server().kill9();
                scene.startsAgain();
            });
            objects(scene, chatter, Kind.DUPLICATED);
        }
    }

    /** Numbers are taken where no rollback gives them back. */
    @Test
    @EnabledIf("isLong")
    void seqFromSequence() {
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, Map.of())) {
            PlantedSql.run(database.server(), """
                    create function number_room() returns trigger language plpgsql as $$ begin
                        execute format('create sequence %I', 'seq_' || new.id); return new;
                    end $$;
                    create trigger number_room after insert on room for each row execute function number_room();
                    create function number_entry() returns trigger language plpgsql as $$ begin
                        new.seq := nextval(format('%I', 'seq_' || new.room_id)::regclass);
                        perform pg_sleep(0.002); -- or twenty faults may all miss what is written just then
                        return new;
                    end $$;
                    create trigger number_entry before insert on entry for each row execute function number_entry();
                    """);
            var chatter = scene.chatter(CLIENTS, ROOMS).begins(Seed.random(), Duration.ZERO);
            harmsUntil(Kind.BURNT, scene, chatter, database::terminatesConnections);
            objects(scene, chatter, Kind.BURNT);
        }
    }

    /** A reader writes whatever comes, whether or not it is next. */
    @Test
    void cursorWithoutGapCheck() {
        var program = patched(
                "dev.parley.gateway.Reader",
                inOrder(
                        "return !fetching\n                && !catchingUp\n                && live.firstSeq() == next",
                        "return live.firstSeq() >= next"));
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, program)) {
            var chatter = scene.chatter(CLIENTS, ROOMS).begins(Seed.random(), PAUSE);
            harmsUntil(Kind.HOLE, scene, chatter, () -> {
                scene.server().kill9();
                scene.startsAgain();
            });
            objects(scene, chatter, Kind.HOLE);
        }
    }

    /** A commit is told before it is on disk. */
    @Test
    @EnabledIf("isLong")
    void synchronousCommitOff() {
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, Map.of())) {
            PlantedSql.inAppend(database.server(), Map.of("    if cardinality(cids) = 1 then", """
                                perform set_config('synchronous_commit', 'off', true);
                                if cardinality(cids) = 1 then"""));
            var chatter = scene.chatter(CLIENTS, ROOMS).begins(Seed.random(), Duration.ZERO);
            for (int round = 0; round < 3; round++) {
                chatter.awaitAcks(ACKS);
                database.isKilled();
                database.startsAgain();
            }
            objects(scene, chatter, Kind.LOST);
        }
    }

    /** No sweep behind the wake-ups, and none of those arrives. */
    @Test
    @EnabledIf("isLong")
    void wakeUpAsTheOnlyDelivery() {
        var environment = new HashMap<>(Map.of(
                "PARLEY_CLUSTER_WAKEUPS", "false",
                "PARLEY_LOG_SWEEP_INTERVAL", "1h",
                "PARLEY_LOG_SWEEP_LIMIT", "2h"));
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, environment)) {
            var here = scene.client("here", scene.server());
            var there = scene.client("there", scene.startsAnother());
            var chatter = Chatter.of(List.of(here, there), 1).begins(Seed.random(), PAUSE);
            chatter.awaitAcks(ACKS);
            // Who talks hears by that what others have said before: the last words are those to be missed. A page that
            // is being read for what was said may bring the first.
            chatter.stops();
            Awaitility.await().until(() -> there.unanswered() == 0);
            for (int word = 0; word < 3; word++) {
                here.says(chatter.rooms().getFirst(), "the last words").join();
            }
            objects(scene, chatter, Kind.LOST);
        }
    }

    /** Nothing asks whether the socket still takes anything, nor how much the client has acknowledged. */
    @Test
    @EnabledIf("isLong")
    void unboundedOutboundQueue() throws InterruptedException {
        var program = new PatchedProgram(directory.resolve("patched"))
                .with("dev.parley.gateway.Wire", Map.of("return channel.isWritable();", "return true;"))
                .with(
                        "dev.parley.gateway.Reader",
                        Map.of("return connection.window() >= written() - acknowledged + entries;", "return true;"))
                .make();
        var environment = new HashMap<>(Footprint.bounded());
        environment.putAll(program);
        try (var scene = new Scene(directory, environment)) {
            var reading = new SlowReading(scene);
            assertThat(reading.growth()).as("growth in MiB").isGreaterThan(SlowReading.MOST_GROWTH_MIB);
        }
    }

    /** Pages of strangers open sockets in the name of who looks at them. */
    @Test
    void noOriginCheck() throws IOException {
        assertThat(foreignPageGetsIn(Map.of())).as("with the check").isFalse();

        var program = patched(
                "dev.parley.gateway.Origins",
                inOrder(
                        "return allowed.contains(canonical) || canonical.equals(canonical(scheme + \"://\" + host));",
                        "return true;"));
        assertThat(foreignPageGetsIn(program)).isTrue();
    }

    /** Who is not in the room writes into it. */
    @Test
    void membershipCheckSkipped() {
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, Map.of());
                var member =
                        ChatClient.greets(scene.uri(), scene.registers("member").token());
                var stranger = ChatClient.greets(
                        scene.uri(), scene.registers("stranger").token())) {
            var room = member.asks("{\"type\":\"create_room\",\"cid\":\"c\",\"name\":\"ours\"}")
                    .path("room")
                    .asText();
            assertThat(send(stranger, room)).as("with the check").isEqualTo("error");

            PlantedSql.inAppend(
                    database.server(),
                    Map.of(
                            "where is_member is null", "where false",
                            " and exists (select from member where room_id = rooms[1] and account_id = senders[1])", "",
                            "where exists (select from member", "where true or exists (select from member"));
            assertThat(send(stranger, room)).isEqualTo("ok");
        }
    }

    private static String send(ChatClient client, String room) {
        return client.asks("{\"type\":\"send\",\"room\":\"%s\",\"cid\":\"%s\",\"body\":\"let me in\"}"
                        .formatted(room, UUID.randomUUID()))
                .path("type")
                .asText();
    }

    private boolean foreignPageGetsIn(Map<String, String> environment) throws IOException {
        try (var scene = new Scene(directory, environment)) {
            return TestSocket.opensFor(scene.uri(), "https://evil.example");
        }
    }

    private Map<String, String> patched(String type, Map<String, String> changes) {
        return new PatchedProgram(directory.resolve("patched"))
                .with(type, changes)
                .make();
    }

    private static Map<String, String> inOrder(String... oldAndNew) {
        var changes = new LinkedHashMap<String, String>();
        for (int i = 0; i < oldAndNew.length; i += 2) {
            changes.put(oldAndNew[i], oldAndNew[i + 1]);
        }
        return changes;
    }

    /** Again and again, until it shows: whether a bug bites is a matter of moments. */
    private static void harmsUntil(Kind kind, Scene scene, Chatter chatter, Runnable fault) {
        for (int round = 0; round < MOST_ROUNDS; round++) {
            chatter.awaitAcks(ACKS);
            fault.run();
            chatter.awaitAcks(ACKS);
            if (kinds(Checker.flaws(scene.history(), scene.stored())).contains(kind)) {
                return;
            }
        }
    }

    /** The checker finds flaws, of this kind among others. */
    private static void objects(Scene scene, Chatter chatter, Kind kind) {
        chatter.stops();
        try {
            var stored = scene.stored();
            Awaitility.await()
                    .atMost(QUIET_LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .until(() -> chatter.clients().stream()
                            .allMatch(client -> client.unanswered() == 0 && isAtTheHeads(client, stored.heads())));
        } catch (ConditionTimeoutException _) {
            LOG.debug("Not quiet: the bug has seen to that");
        }
        var flaws = Checker.flaws(scene.history(), scene.stored());
        LOG.infof("%d flaws: %s", flaws.size(), kinds(flaws));
        assertThat(kinds(flaws)).as(Tally.of(scene.history()).toString()).contains(kind);
    }

    private static boolean isAtTheHeads(ReconnectingClient client, Map<UUID, Long> heads) {
        return heads.entrySet().containsAll(client.seqs().entrySet());
    }

    private static Set<Kind> kinds(List<Flaw> flaws) {
        return flaws.stream().map(Flaw::kind).collect(Collectors.toSet());
    }
}
