package dev.parley.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.event.DomainEvent;
import dev.parley.task.TaskChanged.Change;
import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.LogLines;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A manager of the test's own, over the program's scheduler, loops and lock. */
@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
@SuppressWarnings("NullAway.Init") // injected, or set before each test
class TaskManagerTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Inject
    Scheduler scheduler;

    @Inject
    Vertx vertx;

    @Inject
    ClusterLock lock;

    @Inject
    MeterRegistry metrics;

    @ConfigProperty(name = "quarkus.datasource.jdbc.url")
    String jdbcUrl;

    @ConfigProperty(name = "quarkus.datasource.username")
    String user;

    @ConfigProperty(name = "quarkus.datasource.password")
    String password;

    private final List<DomainEvent> events = new CopyOnWriteArrayList<>();
    /** Unique in the JVM: a scheduler of jobs and a registry of meters are shared by all tests. */
    private final String name = "test." + UUID.randomUUID();

    private TaskManager tasks;
    private LogLines log;

    @BeforeEach
    void makesManager() {
        tasks = new TaskManager(scheduler, vertx, new Limits(), lock, events::add, Clock.systemUTC(), metrics);
        log = LogLines.of(TaskManager.class);
    }

    @AfterEach
    void stopsAll() throws InterruptedException {
        var _ = tasks.stop(LIMIT);
        log.close();
    }

    @Test
    void knowsEachTaskAndHowItGoes() {
        tasks.every(Chore.every(SECOND, name), () -> {});

        assertThat(view().kind()).isEqualTo(TaskKind.RECURRING);
        assertThat(view().schedule()).isEqualTo("every 1 s");
        assertThat(view().nextRun()).isNotNull();
        await().atMost(LIMIT).until(() -> view().runs() >= 2);
        assertThat(view())
                .returns(TaskOutcome.SUCCEEDED, TaskView::lastOutcome)
                .returns(0L, TaskView::failures)
                .returns(null, TaskView::runningSince)
                .satisfies(seen -> assertThat(seen.lastEnded()).isAfter(seen.created()))
                .satisfies(seen -> assertThat(seen.lastDuration()).isNotNull());
        assertThat(metrics.get("parley.task.runs")
                        .tags("task", name, "outcome", "succeeded")
                        .timer()
                        .count())
                .isGreaterThanOrEqualTo(2);
    }

    @Test
    void doesNotLetTwoTasksHaveOneName() {
        tasks.every(Chore.every(SECOND, name), () -> {});

        assertThatThrownBy(() -> tasks.every(Chore.every(SECOND, name), () -> {}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tasks.after(name, SECOND, () -> {})).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void neverOverlapsItself() throws InterruptedException {
        var started = new CountDownLatch(1);
        var finish = new CountDownLatch(1);
        var atOnce = new AtomicInteger();
        var most = new AtomicInteger();
        tasks.every(Chore.every(SECOND, name), () -> {
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            started.countDown();
            finish.await();
            atOnce.decrementAndGet();
        });
        started.await();

        assertThat(tasks.trigger(name)).isTrue();
        await().atMost(LIMIT).until(() -> view().skipped() >= 3);

        assertThat(view().runningSince()).isNotNull();
        finish.countDown();
        await().atMost(LIMIT).until(() -> view().runs() >= 3);
        assertThat(most).hasValue(1);
    }

    @Test
    void interruptsWhatTakesTooLongAndGoesOn() {
        var first = new AtomicBoolean(true);
        tasks.every(Chore.every(SECOND, name).within(Duration.ofMillis(100)), () -> {
            if (first.getAndSet(false)) {
                new CountDownLatch(1).await();
            }
        });

        await().atMost(LIMIT).until(() -> view().runs() >= 1);
        assertThat(view().failures()).isEqualTo(1);
        await().atMost(LIMIT).until(() -> !log.heard().isEmpty());
        assertThat(log.heard()).singleElement().asString().startsWith("WARN Task " + name + " took too long");
        await().atMost(LIMIT).until(() -> view().lastOutcome() == TaskOutcome.SUCCEEDED);
    }

    @Test
    void failsButDoesNotStickWhenItsLimitIsNone() {
        tasks.every(Chore.every(SECOND, name).within(Duration.ZERO), () -> {});

        await().atMost(LIMIT).until(() -> view().failures() >= 2);

        assertThat(view()).returns(0L, TaskView::skipped).returns(null, TaskView::runningSince);
    }

    @Test
    void goesOnThoughNobodyBearsToHearOfIt() {
        var deaf = new TaskManager(
                scheduler,
                vertx,
                new Limits(),
                lock,
                event -> {
                    if (event instanceof TaskChanged changed && changed.change() == Change.FAILED) {
                        throw new IllegalStateException("an observer's own fault");
                    }
                },
                Clock.systemUTC(),
                metrics);
        var lives = new AtomicInteger();
        try {
            deaf.always(name, () -> {
                lives.incrementAndGet();
                throw new IllegalStateException("fails");
            });

            await().atMost(LIMIT).until(() -> lives.get() >= 2);
        } finally {
            deaf.task(name).ifPresent(_ -> cancel(deaf));
        }
    }

    private void cancel(TaskManager of) {
        try {
            assertThat(of.cancel(name)).contains(true);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void logsARowOfFailuresOnceAndCountsThem() {
        var broken = new AtomicBoolean(true);
        tasks.every(Chore.every(SECOND, name), () -> {
            if (broken.get()) {
                throw new StackOverflowError("as bad as it gets");
            }
        });

        await().atMost(LIMIT).until(() -> view().failures() >= 3);
        broken.set(false);
        await().atMost(LIMIT).until(() -> log.heard().size() >= 2);

        assertThat(log.heard())
                .hasSize(2)
                .satisfies(lines -> assertThat(lines.getFirst()).startsWith("WARN Task " + name + " failed"))
                .satisfies(lines -> assertThat(lines.getLast()).startsWith("INFO Task " + name + " succeeded after"));
        assertThat(log.records().getFirst().getThrown()).hasMessage("as bad as it gets");
        assertThat(events)
                .containsSubsequence(new TaskChanged(name, Change.FAILED), new TaskChanged(name, Change.RECOVERED));
    }

    @Test
    void doesNotCountAsFailedWhatIsPostponed() {
        tasks.every(Chore.every(SECOND, name), () -> {
            throw new Postponed(new IllegalStateException("the database is away"));
        });

        await().atMost(LIMIT).until(() -> view().runs() >= 1);

        assertThat(view()).returns(TaskOutcome.POSTPONED, TaskView::lastOutcome).returns(0L, TaskView::failures);
        assertThat(log.heard()).isEmpty();
    }

    @Test
    void isCancelledWhileItRunsAndScheduledAgain() throws InterruptedException {
        var started = new CountDownLatch(1);
        var interrupted = new AtomicBoolean();
        tasks.every(Chore.every(SECOND, name), () -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.set(true);
                throw e;
            }
        });
        started.await();

        assertThat(tasks.cancel(name)).contains(true);

        assertThat(interrupted).as("the cancellation waited for it").isTrue();
        assertThat(view())
                .returns(true, TaskView::cancelled)
                .returns(TaskOutcome.CANCELLED, TaskView::lastOutcome)
                .returns(0L, TaskView::failures)
                .returns(null, TaskView::nextRun);
        assertThat(tasks.reschedule(name)).isTrue();
        assertThat(tasks.reschedule(name)).isFalse();
        await().atMost(LIMIT).until(() -> view().runningSince() != null);
        assertThat(tasks.cancel("no.such.task")).isEmpty();
    }

    @Test
    void saysThatATaskDoesNotEnd() throws InterruptedException {
        var started = new CountDownLatch(1);
        var stubborn = new AtomicBoolean(true);
        tasks.every(Chore.every(SECOND, name), () -> {
            started.countDown();
            while (stubborn.get()) {
                Thread.onSpinWait();
            }
        });
        started.await();

        assertThat(tasks.cancel(name)).contains(false);
        stubborn.set(false);
    }

    @Test
    void cancelsAllAtAStopAndStartsNothingMore() throws InterruptedException {
        var late = new AtomicInteger();
        tasks.every(Chore.every(SECOND, name), late::incrementAndGet);
        tasks.after(name + ".later", Duration.ofMillis(50), late::incrementAndGet);

        assertThat(tasks.stop(LIMIT)).as("tasks left behind").isZero();
        tasks.after(name + ".later", Duration.ofMillis(1), late::incrementAndGet);

        assertThat(tasks.tasks()).hasSize(2);
        assertThat(tasks.reschedule(name)).isFalse();
        assertThat(tasks.trigger(name)).isFalse();
        await().atMost(LIMIT)
                .until(() -> tasks.task(name + ".later").orElseThrow().pending() == 0);
        assertThat(late).hasValue(0);
    }

    @Nested
    class OnOneNode {
        @Test
        void runsWhereTheLockIsHadAndHoldsItMeanwhile() throws SQLException {
            var held = new CopyOnWriteArrayList<Integer>();
            tasks.every(Chore.every(SECOND, name).onOneNode(), () -> held.add(locks()));
            try (var other = DriverManager.getConnection(jdbcUrl, user, password);
                    var statement = other.createStatement()) {
                statement.execute("select pg_advisory_lock(x'7461736b'::int, hashtext('" + name + "'))");
                await().atMost(LIMIT).until(() -> view().lastOutcome() == TaskOutcome.ELSEWHERE);
                assertThat(held).isEmpty();
            }

            await().atMost(LIMIT).until(() -> view().lastOutcome() == TaskOutcome.SUCCEEDED);

            assertThat(held).allMatch(count -> count == 1);
            await("the lock is let go").atMost(LIMIT).until(() -> locks() == 0);
        }

        private int locks() throws SQLException {
            try (var connection = DriverManager.getConnection(jdbcUrl, user, password);
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery("select count(*) from pg_locks where locktype = 'advisory'"
                            + " and classid = x'7461736b'::int and objid = (hashtext('" + name
                            + "')::bigint & 4294967295)")) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    @Nested
    class Always {
        @Test
        void isStartedAgainAfterAFailureAndEndsWhenCancelled() throws InterruptedException {
            var lives = new AtomicInteger();
            tasks.always(name, () -> {
                if (lives.incrementAndGet() == 1) {
                    throw new IllegalStateException("dies young");
                }
                new CountDownLatch(1).await();
            });

            await().atMost(LIMIT).until(() -> lives.get() == 2);
            assertThat(view())
                    .returns(TaskKind.LOOP, TaskView::kind)
                    .returns(1L, TaskView::failures)
                    .satisfies(seen -> assertThat(seen.runningSince()).isNotNull());
            assertThat(tasks.trigger(name)).as("it runs anyhow").isFalse();

            assertThat(tasks.cancel(name)).contains(true);
            assertThat(lives).hasValue(2);
        }
    }

    @Nested
    class After {
        @Test
        void runsOnceForEachThatAsks() {
            var runs = new AtomicInteger();
            tasks.after(name, Duration.ofMillis(20), runs::incrementAndGet);
            tasks.after(name, Duration.ofMillis(20), runs::incrementAndGet);
            tasks.after(name, Duration.ofMillis(20), () -> {
                throw new IllegalStateException("costs this run");
            });

            await().atMost(LIMIT).until(() -> view().runs() == 3);

            assertThat(runs).hasValue(2);
            assertThat(view())
                    .returns(TaskKind.DELAYED, TaskView::kind)
                    .returns(1L, TaskView::failures)
                    .returns(0, TaskView::pending);
        }

        @Test
        void doesNothingOnceCancelled() throws InterruptedException {
            var runs = new AtomicInteger();
            tasks.after(name, Duration.ofMillis(50), runs::incrementAndGet);
            assertThat(view().pending()).isEqualTo(1);

            assertThat(tasks.cancel(name)).contains(true);

            await().atMost(LIMIT).until(() -> view().pending() == 0);
            assertThat(runs).hasValue(0);
        }
    }

    private TaskView view() {
        return tasks.task(name).orElseThrow();
    }

    private record Limits() implements TaskConfig {
        @Override
        public Duration limit() {
            return Duration.ofSeconds(30);
        }

        @Override
        public Duration loopPause() {
            return Duration.ofMillis(10);
        }

        @Override
        public Duration cancelLimit() {
            return Duration.ofMillis(500);
        }
    }
}
