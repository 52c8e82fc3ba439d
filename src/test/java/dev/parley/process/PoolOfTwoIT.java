package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.OwnPostgres;
import dev.parley.testing.Seed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** D6: two connections to the database for two hundred busy clients. */
@FaultSuite
class PoolOfTwoIT {
    private static final Logger LOG = Logger.getLogger(PoolOfTwoIT.class);
    private static final int GROUPS = 8;
    private static final int SPEAKERS = 20;
    private static final int READERS = 5;
    private static final Duration BUSY_FOR = Form.seconds(25, 60);
    /** So that each statement holds its connection for a while, as over a real network, and does not wait for a core. */
    private static final Duration WIRE = Duration.ofMillis(20);

    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long MOST_GROWTH_MIB = 96;

    @TempDir
    Path directory;

    private final AtomicBoolean reading = new AtomicBoolean(true);
    private final Map<String, Long> answers = new ConcurrentHashMap<>();

    @Test
    void answersEverybodyWithAPoolOfTwo() throws InterruptedException {
        var environment = new HashMap<>(Footprint.bounded());
        environment.put("DB_POOL_MAX", "2");
        var random = Seed.random();
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, environment);
                var vitals = Vitals.of(scene.server())) {
            var groups = Stream.generate(() -> scene.chatter(SPEAKERS, 1))
                    .limit(GROUPS)
                    .toList();
            long before = Footprint.resident(scene.server());
            var witnesses = witnesses(scene, groups);
            database.wire().delays(WIRE.toMillis());
            groups.forEach(group -> group.begins(random, PAUSE));
            var readers = witnesses.stream()
                    .map(witness -> Thread.ofVirtual().start(() -> readAll(witness)))
                    .toList();

            vitals.stayGoodFor(BUSY_FOR);

            reading.set(false);
            for (var reader : readers) {
                assertThat(reader.join(LIMIT)).as("a reader's end").isTrue();
            }
            groups.forEach(Chatter::stops);
            database.wire().passes();
            scene.endsWithEveryPromiseKept();
            groups.forEach(Chatter::hasLostNoConnection);
            vitals.areGood();
            long growth = Footprint.peak(scene.server()) - before;
            LOG.infof("%s; history %s; %s, %d MiB at first", Tally.of(scene.history()), answers, vitals, before);
            assertThat(answers.keySet()).as("answers").contains("ok").isSubsetOf("ok", "unavailable");
            assertThat(growth).as("growth in MiB above " + before).isLessThan(MOST_GROWTH_MIB);
            awaitEase(scene);
            assertThat(Metrics.sum(scene.server(), "parley_pool_waiting"))
                    .as("a figure that has not drifted")
                    .isZero();
            vitals.awaitReady();
            vitals.looksAway();
            // Full from the first second to the last: busy, then exhausted, which is the alert, and at ease again in
            // the
            // end; on a slow machine it is busy for a while before, when everybody comes.
            scene.mayTell("% in use", 3);
            scene.tells("nearly exhausted", 1);
            scene.mayTell("The pool is at ease again", 2);
            scene.stopsInGoodOrder();
        }
    }

    private static void awaitEase(Scene scene) {
        await("the alert's end").atMost(LIMIT).until(() -> scene.server().log().contains("at ease again"));
    }

    private static List<Witness> witnesses(Scene scene, List<Chatter> groups) {
        return groups.stream()
                .map(group -> group.rooms().getFirst())
                .flatMap(room -> Stream.generate(() -> Witness.in(room, scene)).limit(READERS))
                .toList();
    }

    /** Asks for history as fast as it is answered, or may ask again; {@link Witness} fails if an answer does not come at all. */
    private void readAll(Witness witness) {
        try (witness) {
            while (reading.get()) {
                var answer = witness.asksHistory();
                var outcome = answer.path("type").asText().equals("ok")
                        ? "ok"
                        : answer.path("code").asText();
                answers.merge(outcome, 1L, Long::sum);
                LockSupport.parkNanos(
                        Duration.ofMillis(answer.path("retry_after_ms").asLong())
                                .toNanos());
            }
        } catch (AssertionError e) {
            LOG.error("a reader was not answered", e);
            answers.merge("none", 1L, Long::sum);
        }
    }
}
