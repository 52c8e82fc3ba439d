package dev.parley.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.scheduler.ScheduledExecution;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.scheduler.Scheduler.JobDefinition;
import io.quarkus.scheduler.Trigger;
import io.vertx.core.Vertx;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Runs that have left the scheduler, and begin when the test says so. */
@SuppressWarnings("unchecked") // what the scheduler is given
class RecurringTaskTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Vertx vertx = Vertx.vertx();
    private final Jobs jobs = new Jobs();
    private final AtomicInteger done = new AtomicInteger();
    private final Runs runs = new Runs("test", _ -> {}, Clock.systemUTC(), new SimpleMeterRegistry());
    private final RecurringTask task = new RecurringTask(
            Chore.every(Duration.ofSeconds(1), "test"),
            LIMIT,
            () -> {
                done.incrementAndGet();
                return TaskOutcome.SUCCEEDED;
            },
            jobs.scheduler(),
            runs,
            new Runner(runs, vertx, Clock.systemUTC()));

    @AfterEach
    void close() {
        vertx.close();
    }

    @Test
    void doesNothingMoreOnceCancelHasReturned() throws InterruptedException {
        task.schedule();
        var due = jobs.due();
        task.cancel();
        assertThat(task.awaitIdle(LIMIT)).isTrue();

        due.run();

        assertThat(done).hasValue(0);
        assertThat(task.view()).returns(TaskOutcome.CANCELLED, TaskView::lastOutcome);
    }

    @Test
    void doesNothingThatWasAskedForByHandBeforeItWasCancelled() {
        task.schedule();
        var asked = task.asked();
        task.cancel();

        asked.run();

        assertThat(done).hasValue(0);
    }

    @Test
    void runsAgainOnceItIsScheduledAgainAndWhenAskedMeanwhile() {
        task.schedule();
        var late = jobs.due();
        task.cancel();
        task.asked().run();
        assertThat(done).as("asked for after the cancellation").hasValue(1);
        task.schedule();

        jobs.due().run();
        late.run();

        assertThat(done).hasValue(2);
    }

    @Test
    void runsWhatWasDueWhenTheClockWasSet() {
        task.schedule();
        var due = jobs.due();
        task.startAnew();

        due.run();

        assertThat(done).hasValue(1);
    }

    /** A scheduler that never fires by itself. */
    private static final class Jobs {
        private @Nullable Consumer<ScheduledExecution> job;

        Runnable due() {
            var now = job;
            return () -> {
                if (now != null) {
                    now.accept(fake(ScheduledExecution.class, (_, _, _) -> null));
                }
            };
        }

        Scheduler scheduler() {
            return fake(Scheduler.class, (_, method, _) -> switch (method.getName()) {
                case "newJob" -> definition();
                case "getScheduledJob" -> job == null ? null : fake(Trigger.class, (_, _, _) -> null);
                case "unscheduleJob" -> {
                    job = null;
                    yield null;
                }
                default -> throw new UnsupportedOperationException(method.getName());
            });
        }

        private JobDefinition<?> definition() {
            return fake(JobDefinition.class, (self, method, arguments) -> {
                if (method.getName().equals("setTask")) {
                    job = (Consumer<ScheduledExecution>) arguments[0];
                }
                return method.getName().equals("schedule") ? null : self;
            });
        }

        private static <T> T fake(Class<T> type, InvocationHandler does) {
            return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, does));
        }
    }
}
