package dev.parley.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.database.Interrupted;
import dev.parley.log.Appended.Unavailable;
import dev.parley.protocol.EncodedEntry;
import dev.parley.testing.EmbeddedPostgresResource;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the log promises, while two nodes write, connections die, statements are cancelled and locks are held. */
@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
class LogPropertyTest {
    private static final int DRAWS = 1500;
    private static final int BATCHES = 120;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Several sweeps. */
    private static final Duration SILENCE = Duration.ofSeconds(15);

    @Inject
    RoomLog log;

    @Inject
    Heads heads;

    @Inject
    GrowthBell bell;

    private final long seed = Long.getLong("parley.test.seed", System.nanoTime());
    private final AtomicBoolean written = new AtomicBoolean();
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicInteger terminated = new AtomicInteger();
    private final AtomicInteger abandoned = new AtomicInteger();

    @Test
    void keepsItsPromisesWhateverHappens() throws Exception {
        try (var sql = SecondNode.connects();
                var threads =
                        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            var world = new LogWorld(sql);
            var done = new ExecutorCompletionService<Void>(threads);
            var readers = new ArrayList<Callable<Void>>();
            world.rooms.forEach(room -> readers.add(() -> polls(world, room)));
            world.rooms.forEach(room -> readers.add(() -> follows(world, room)));
            readers.forEach(done::submit);
            var troubles = new ExecutorCompletionService<Void>(threads);
            troubles.submit(this::terminatesConnections);
            troubles.submit(() -> holdsLocks(world));
            troubles.submit(() -> abandonsStatements(world));
            var writers = new ExecutorCompletionService<Void>(threads);
            for (int i = 0; i < 3; i++) {
                int writer = i;
                writers.submit(() -> appends(world, new Random(seed + writer)));
            }
            for (int i = 3; i < 5; i++) {
                int writer = i;
                writers.submit(() -> appendsBeside(world, new Random(seed + writer)));
            }
            try {
                await(writers, 5);
                written.set(true);
                await(done, readers.size());
            } finally {
                written.set(true);
                end.countDown();
            }
            await(troubles, 3);
            world.check(sql);
            assertThat(terminated.get()).as("connections that were terminated").isPositive();
            assertThat(abandoned.get()).as("appends that were rolled back").isPositive();
        } catch (Throwable fault) {
            throw new AssertionError("with -Dparley.test.seed=" + seed, fault);
        }
    }

    private static void await(ExecutorCompletionService<Void> work, int count) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        for (int i = 0; i < count; i++) {
            var next = work.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            assertThat(next).as("work %d of %d done in time", i + 1, count).isNotNull();
            next.get();
        }
    }

    /** Through this node's log; a sender that hears unavailable sends again. */
    private Void appends(LogWorld world, Random random) throws InterruptedException {
        var underWay = new Semaphore(32);
        for (int i = 0; i < DRAWS; i++) {
            underWay.acquire();
            append(world, world.draw(random), underWay);
        }
        assertThat(underWay.tryAcquire(32, LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return null;
    }

    private void append(LogWorld world, Line line, Semaphore underWay) {
        log.append(line).onSuccess(outcome -> {
            if (outcome instanceof Unavailable) {
                append(world, line, underWay);
            } else {
                world.told(line, outcome);
                underWay.release();
            }
        });
    }

    /** As another node would; sometimes it changes its mind before the commit. */
    private Void appendsBeside(LogWorld world, Random random) throws SQLException {
        try (var node = SecondNode.connects()) {
            for (int i = 0; i < BATCHES; i++) {
                var batch = new ArrayList<Line>();
                for (int n = 1 + random.nextInt(20); n > 0; n--) {
                    batch.add(world.draw(random));
                }
                if (random.nextInt(4) == 0) {
                    node.does("begin");
                    node.append(batch);
                    node.does("rollback");
                    abandoned.incrementAndGet();
                } else {
                    var places = node.append(batch);
                    for (int n = 0; n < places.size(); n++) {
                        world.told(batch.get(n), places.get(n));
                    }
                }
            }
        }
        return null;
    }

    private Void terminatesConnections() throws Exception {
        try (var sql = SecondNode.connects()) {
            while (!end.await(100, TimeUnit.MILLISECONDS)) {
                terminated.addAndGet(sql.numbers("""
                        select pid from (select pid, pg_terminate_backend(pid) as done from pg_stat_activity
                                          where application_name = 'parley' and pid <> pg_backend_pid()
                                            and state = 'active' order by random() limit 1) as killed
                         where done""").size());
            }
        }
        return null;
    }

    private Void holdsLocks(LogWorld world) throws Exception {
        try (var sql = SecondNode.connects()) {
            for (int i = 0; !end.await(200, TimeUnit.MILLISECONDS); i++) {
                sql.does("begin");
                sql.numbers("select 1 from room where id = ? for update", world.rooms.get(i % world.rooms.size()));
                end.await(50, TimeUnit.MILLISECONDS);
                sql.does("rollback");
            }
        }
        return null;
    }

    /** Lines that nobody was told of, and nobody may find, but for those that others drew too. */
    private Void abandonsStatements(LogWorld world) throws Exception {
        var random = new Random(seed - 1);
        try (var sql = SecondNode.connects()) {
            sql.does("set statement_timeout = '3ms'");
            while (!end.await(20, TimeUnit.MILLISECONDS)) {
                var line = world.draw(random);
                var batch = new ArrayList<Line>();
                for (int i = 0; i < 100; i++) {
                    batch.add(new Line(line.room(), line.sender(), "abandoned" + i, Kind.MESSAGE, "{}"));
                }
                try {
                    sql.does("begin");
                    sql.append(batch);
                } catch (SQLException _) {
                    // cancelled, as it should be now and then
                }
                try {
                    sql.does("rollback");
                } catch (SQLException _) {
                    // its time was over, too, on a slow machine: the next one takes back what this has left
                }
            }
        }
        return null;
    }

    /** Asks the database for what is above its cursor, again and again: commit order must be seq order. */
    private Void polls(LogWorld world, UUID room) throws Exception {
        try (var sql = SecondNode.connects()) {
            long cursor = 0;
            while (true) {
                boolean last = written.get();
                long head = world.head(sql, room);
                for (long seq : sql.numbers(
                        "select seq from entry where room_id = ? and seq > ? order by seq limit 50", room, cursor)) {
                    assertThat(seq).as("after %d", cursor).isEqualTo(++cursor);
                }
                if (last && cursor >= head) {
                    return null;
                }
                end.await(1, TimeUnit.MILLISECONDS);
            }
        }
    }

    /** Reads as the gateway does: only when it hears of growth. */
    private Void follows(LogWorld world, UUID room) throws Exception {
        var rung = new Semaphore(0);
        heads.watch(room);
        bell.heardBy(rung::release);
        try (var sql = SecondNode.connects()) {
            heads.advance(room, world.head(sql, room));
            long cursor = 0;
            while (true) {
                while (cursor < heads.head(room)) {
                    cursor = next(room, cursor);
                }
                if (written.get() && cursor == world.head(sql, room)) {
                    return null;
                }
                boolean woken = rung.tryAcquire(SILENCE.toSeconds(), TimeUnit.SECONDS);
                assertThat(woken || cursor == world.head(sql, room))
                        .as("woken in room %s at %d", room, cursor)
                        .isTrue();
                rung.drainPermits();
            }
        } finally {
            heads.unwatch(room);
        }
    }

    private long next(UUID room, long cursor) throws Exception {
        List<EncodedEntry> page;
        try {
            page = log.follow(room, cursor)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
        } catch (ExecutionException fault) {
            assertThat(fault).hasCauseInstanceOf(Interrupted.class);
            return cursor;
        }
        assertThat(page).as("a page above %d, which is below the head", cursor).isNotEmpty();
        for (var entry : page) {
            assertThat(entry.seq()).as("after %d", cursor).isEqualTo(++cursor);
        }
        return cursor;
    }
}
