package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.OwnPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** D6: two connections to the database for two hundred busy clients. */
class PoolOfTwoIT {
    private static final Logger LOG = Logger.getLogger(PoolOfTwoIT.class);
    private static final int GROUPS = 8;
    private static final int SPEAKERS = 20;
    private static final int READERS = 5;
    private static final Duration BUSY_FOR = Duration.ofSeconds(60);
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
        var random = new Random(Long.getLong("parley.seed", System.nanoTime()));
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, environment);
                var vitals = Vitals.of(scene.server())) {
            var groups = new ArrayList<Chatter>();
            for (int i = 0; i < GROUPS; i++) {
                groups.add(scene.chatter(SPEAKERS, 1).begins(random, PAUSE));
            }
            long before = Footprint.resident(scene.server());
            var readers = readers(scene, groups);

            vitals.stayGoodFor(BUSY_FOR);

            reading.set(false);
            for (var reader : readers) {
                assertThat(reader.join(LIMIT)).as("a reader's end").isTrue();
            }
            double waited = Metrics.sum(scene.server(), "sql_pool_queue_delay_seconds_sum");
            long growth = Footprint.peak(scene.server()) - before;
            LOG.infof("history %s; waited %.1f s for the pool; %d MiB, then %+d", answers, waited, before, growth);
            assertThat(waited).as("seconds waited for the pool: it was full").isGreaterThan((double)
                    BUSY_FOR.toSeconds());
            assertThat(answers.keySet()).as("answers").contains("ok").isSubsetOf("ok", "unavailable");
            assertThat(vitals.isReady()).as("a busy pool is not away").isTrue();
            groups.forEach(Chatter::stops);
            scene.endsWithEveryPromiseKept();
            groups.forEach(Chatter::hasLostNoConnection);
            vitals.areGood();
            LOG.infof("%s; %s", Tally.of(scene.history()), vitals);
            assertThat(growth).as("growth in MiB above " + before).isLessThan(MOST_GROWTH_MIB);
            vitals.looksAway();
            // The pool is full from the first second to the last: one alert, and one word that it is over. To be
            // exactly one of each as soon as the program watches its pool.
            scene.mayTell("The pool is at ease again", 1);
            scene.mayTell("% in use", 1);
            scene.stopsInGoodOrder();
        }
    }

    private List<Thread> readers(Scene scene, List<Chatter> groups) {
        var readers = new ArrayList<Thread>();
        for (var group : groups) {
            var room = group.rooms().getFirst();
            for (int i = 0; i < READERS; i++) {
                var witness = Witness.in(room, scene);
                readers.add(Thread.ofVirtual().start(() -> readAll(witness, room)));
            }
        }
        return readers;
    }

    /** Asks for history as fast as it is answered; {@link Witness} fails if an answer does not come at all. */
    private void readAll(Witness witness, UUID room) {
        try (witness) {
            while (reading.get()) {
                var answer = witness.asksHistory(room);
                var outcome = answer.path("type").asText().equals("ok")
                        ? "ok"
                        : answer.path("code").asText();
                answers.merge(outcome, 1L, Long::sum);
            }
        } catch (AssertionError e) {
            LOG.error("a reader was not answered", e);
            answers.merge("none", 1L, Long::sum);
        }
    }
}
