package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.ChatClient;
import dev.parley.testing.Faults;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.Seed;
import dev.parley.testing.TestAccount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * N10: the server's clock is set back and forth by an hour with everybody talking. What it times goes on. In the long form
 * only: a program whose every look at the clock is faked is slow.
 */
@FaultSuite
@EnabledIf("isLong")
class ClockJumpIT {
    private static final Logger LOG = Logger.getLogger(ClockJumpIT.class);
    private static final List<Path> LIBRARIES = List.of(
            Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
            Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"));
    private static final Duration HOUR = Duration.ofHours(1);
    /** So that a token of the time before the hour that was set back is over in the hour that was set forward. */
    private static final Duration TOKEN_LIFE = Duration.ofMinutes(110);

    private static final Duration SLACK = Duration.ofMinutes(2);
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final int CLIENTS = 20;
    private static final int ROOMS = 5;
    private static final int ACKS = 200;
    private static final List<String> CHORES =
            List.of("gateway.ping", "gateway.check", "log.sweep", "session.flush", "cluster.heartbeat");

    @TempDir
    Path directory;

    static boolean isLong() {
        return Form.isLong();
    }

    @Test
    void goesOnWhenItsClockIsSetBackAndForth() throws IOException {
        var library = LIBRARIES.stream().filter(Files::exists).findFirst();
        assumeThat(library).as("libfaketime: apt-get install faketime").isPresent();
        shows(Duration.ZERO);
        var environment = new HashMap<String, String>();
        environment.put("LD_PRELOAD", library.orElseThrow().toString());
        environment.put("FAKETIME_TIMESTAMP_FILE", clock().toString());
        environment.put(
                "FAKETIME_CACHE_DURATION", "1"); // seconds; without a cache each look at the clock reads the file
        environment.put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        environment.put("PARLEY_ACCOUNT_TOKEN_LIFE", TOKEN_LIFE.toMinutes() + "m");
        environment.put("PARLEY_CONNECTION_PING_INTERVAL", "1s");
        environment.put("PARLEY_CONNECTION_SILENCE_LIMIT", "4s");
        environment.put("PARLEY_CLUSTER_HEARTBEAT_INTERVAL", "1s");
        environment.put("PARLEY_LOG_SWEEP_INTERVAL", "1s");
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, environment)) {
            var chatter = scene.chatter(CLIENTS, ROOMS).begins(Seed.random(), PAUSE);
            chatter.awaitAcks(ACKS);
            TestAccount early;
            try (var vitals = Vitals.of(scene.server())) {
                early = jumps(scene, chatter, HOUR.negated());
                assertThat(hello(scene, early).path("type").asText()).isEqualTo("welcome");
                var _ = jumps(scene, chatter, HOUR);
                assertThat(hello(scene, early).path("code").asText()).isEqualTo("token_expired");
                var _ = jumps(scene, chatter, Duration.ZERO);
                assertThat(hello(scene, early).path("type").asText()).isEqualTo("welcome");
                vitals.areGood();
            }
            chatter.stops();
            scene.endsWithEveryPromiseKept();
            chatter.hasLostNoConnection();
            LOG.info(Tally.of(scene.history()));
            scene.tells("The clock was set back", 2);
            scene.stopsInGoodOrder();
        }
    }

    /** Sets the clock, sees that it is set, and that messages and chores go on; answers with one who registered there. */
    private TestAccount jumps(Scene scene, Chatter chatter, Duration offset) throws IOException {
        var before = runs(scene);
        long jumped = System.nanoTime();
        shows(offset);
        chatter.awaitAcks(ACKS);
        await("each chore to run twice")
                .atMost(LIMIT)
                .until(() -> runs(scene).entrySet().stream()
                        .allMatch(chore -> chore.getValue() >= before.getOrDefault(chore.getKey(), 0.0) + 2));
        Faults.recoveredIn(Duration.ofNanos(System.nanoTime() - jumped));
        var account = scene.registers("newcomer");
        var expected = Instant.now().plus(offset).plus(TOKEN_LIFE);
        assertThat(account.expiry()).isBetween(expected.minus(SLACK), expected.plus(SLACK));
        Faults.injected("clock set");
        return account;
    }

    private static Map<String, Double> runs(Scene scene) {
        var runs = new HashMap<String, Double>();
        for (var chore : CHORES) {
            runs.put(
                    chore,
                    Metrics.sum(
                            scene.server(), "parley_task_runs_seconds_count{outcome=\"succeeded\",task=\"" + chore));
        }
        return runs;
    }

    private static JsonNode hello(Scene scene, TestAccount account) {
        try (var client = ChatClient.connects(scene.uri())) {
            return client.asks("{\"type\":\"hello\",\"token\":\"" + account.token() + "\"}");
        }
    }

    private Path clock() {
        return directory.resolve("clock").toAbsolutePath();
    }

    private void shows(Duration offset) throws IOException {
        var next = directory.resolve("clock.next");
        Files.writeString(next, "%+d".formatted(offset.toSeconds()));
        Files.move(next, clock(), StandardCopyOption.ATOMIC_MOVE);
    }
}
