package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.Faults;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.Seed;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * A server whose database the test can harm, clients that talk all the while, and an eye on the server's vitals. Whatever
 * was done to the database, it must have healed before {@link #endsWell}.
 */
final class Trial implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Trial.class);
    private static final int CLIENTS = 20;
    private static final int ROOMS = 5;
    /** Of each client between two messages: a load that leaves the machine to the others who need it. */
    private static final Duration PAUSE = Duration.ofMillis(50);
    /** What a few seconds of load bring, before anything is harmed. */
    private static final int WARM_UP = 1000;

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long MOST_GROWTH_MIB = 64;
    private static final int MOST_MORE_FILES = 40;
    /** Of the pool, of the probe, and of the wake-ups. */
    private static final int MOST_CONNECTIONS = 18;

    private final OwnPostgres database;
    private final Scene scene;
    private final Chatter chatter;
    private final Vitals vitals;
    private final long resident;
    private final long files;

    /** Begins to talk and to watch; returns once all is well under way. */
    Trial(OwnPostgres database, Scene scene) {
        this.database = database;
        this.scene = scene;
        chatter = scene.chatter(CLIENTS, ROOMS).begins(Seed.random(), PAUSE);
        chatter.awaitAcks(WARM_UP);
        resident = Footprint.resident(scene.server());
        files = Footprint.files(scene.server());
        vitals = Vitals.of(scene.server());
    }

    Chatter chatter() {
        return chatter;
    }

    Vitals vitals() {
        return vitals;
    }

    /** Waits for an acknowledgement from now on and says how long it took. */
    Duration untilNextAck() {
        long from = System.nanoTime();
        chatter.awaitAcks(1);
        var took = Duration.ofNanos(System.nanoTime() - from);
        Faults.recoveredIn(took);
        return took;
    }

    /**
     * All promises kept, all connections too, everything as small as it was, and no more in the log than it takes.
     *
     * @param outages how often the database was away, so that the log says so
     */
    void endsWell(int outages) {
        chatter.awaitAcks(WARM_UP);
        vitals.awaitReady();
        chatter.stops();
        scene.endsWithEveryPromiseKept();
        await("the pool to be left alone")
                .atMost(LIMIT)
                .until(() -> Metrics.sum(scene.server(), "parley_pool_in_use") == 0
                        && Metrics.sum(scene.server(), "parley_pool_waiting") == 0);
        chatter.hasLostNoConnection();
        vitals.areGood();
        LOG.infof("%s; %s, %d MiB at first", Tally.of(scene.history()), vitals, resident);
        assertThat(Footprint.resident(scene.server()) - resident)
                .as("growth in MiB above " + resident)
                .isLessThan(MOST_GROWTH_MIB);
        assertThat(Footprint.files(scene.server()) - files)
                .as("more open files than " + files)
                .isLessThan(MOST_MORE_FILES);
        assertThat(database.connections()).as("connections to the database").isLessThanOrEqualTo(MOST_CONNECTIONS);
        vitals.looksAway();
        scene.mayTell("The database is away", outages);
        scene.mayTell("The database is back", outages);
        scene.stopsInGoodOrder();
    }

    @Override
    public void close() {
        vitals.close();
    }
}
