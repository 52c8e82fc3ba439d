package dev.parley.lifecycle;

import dev.parley.StartRefused;
import dev.parley.database.EmbeddedPostgres;
import dev.parley.lifecycle.Signals.Told;
import io.quarkus.runtime.Quarkus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What SIGTERM and SIGINT do. The first asks for a stop in order, after which the process ends with 0: the JVM's own answer
 * would be 143 or 130, and would not notice a second one. That, or the end of the deadline, cuts what is left, and the
 * process ends as if the signal had ended it. A start that is told to stop has nothing to finish: it ends with 0, soon.
 * Static, as signals are. Thread-safe.
 */
final class StopSignal {
    private static final Logger LOG = Logger.getLogger(StopSignal.class);
    /** For a start to end by itself, and again for its database: both, and an end by force, in less than a stop's deadline. */
    private static final Duration START_LIMIT = Duration.ofSeconds(4);

    private static final AtomicReference<@Nullable Told> TOLD = new AtomicReference<>();
    private static final CountDownLatch TOLD_AGAIN = new CountDownLatch(1);

    private static volatile @Nullable Program program;
    private static volatile long toldNanos;
    /** The thread that prepares the start by work that may be interrupted. */
    private static @Nullable Thread preparing;

    private StopSignal() {}

    /** @param left says what a stop has left to do */
    private record Program(Duration deadline, Supplier<String> left) {}

    static void install() {
        Signals.handle("TERM", StopSignal::told);
        Signals.handle("INT", StopSignal::told);
    }

    /** Does something before the program starts that may take long, and may be interrupted: a signal does that. */
    static <T> T interrupting(Supplier<T> work) {
        prepare(Thread.currentThread());
        try {
            return work.get();
        } finally {
            prepare(null);
            var _ = Thread.interrupted();
        }
    }

    /** From now on a stop in order is possible; one that was asked for before begins now. */
    static void started(Duration deadline, Supplier<String> left) {
        program = new Program(deadline, left);
        if (isTold()) {
            Quarkus.asyncExit(0);
        }
    }

    /** What is left will not change any more, and cannot be asked for when the program has ended. */
    static void stepsAreOver(String left) {
        var running = program;
        if (running != null) {
            program = new Program(running.deadline(), () -> left);
        }
    }

    static boolean isTold() {
        return TOLD.get() != null;
    }

    /**
     * Ends a start that goes on though it should not.
     *
     * @throws StartRefused if a stop was asked for
     */
    static void endStartIfTold() {
        if (isTold()) {
            throw new StartRefused("it was told to stop");
        }
    }

    /** On a thread of its own, which ends with the process. */
    private static void told(Told signal) {
        long began = System.nanoTime();
        if (!TOLD.compareAndSet(null, signal)) {
            TOLD_AGAIN.countDown();
            return;
        }
        toldNanos = began;
        if (program == null) {
            interrupt();
        } else {
            Quarkus.asyncExit(0);
        }
        try {
            boolean again = awaitSecond(began);
            var running = program;
            if (running == null) {
                LOG.info("Told to stop while it started: nothing was begun that has to be finished");
                end(0, again ? EmbeddedPostgres::cut : database -> database.stop(START_LIMIT));
            } else {
                LOG.errorf(
                        "The stop is cut %s: %s",
                        again ? "by a second signal" : "at its deadline of " + running.deadline(), left(running));
                end(signal.exitCode(), EmbeddedPostgres::cut);
            }
        } catch (InterruptedException _) {
            end(signal.exitCode(), EmbeddedPostgres::cut); // nobody does that, but the deadline must hold
        }
    }

    /** How much of a stop's deadline is left; without a signal, or a program that it stops, there is none. */
    static Optional<Duration> timeLeft() {
        var running = program;
        return running == null || !isTold() ? Optional.empty() : Optional.of(Duration.ofNanos(leftOf(toldNanos)));
    }

    /** Who is asked may just be gone, with the program. */
    private static String left(Program running) {
        try {
            return running.left().get();
        } catch (RuntimeException e) {
            LOG.debugf(e, "What is left cannot be told");
            return "the program had ended, the process had not";
        }
    }

    /** Until the deadline, which is another one if the program comes up in the meantime. */
    private static boolean awaitSecond(long began) throws InterruptedException {
        boolean again = false;
        for (long left = leftOf(began); !again && left > 0; left = leftOf(began)) {
            again = TOLD_AGAIN.await(left, TimeUnit.NANOSECONDS);
        }
        return again;
    }

    private static long leftOf(long began) {
        var running = program;
        var limit = running == null ? START_LIMIT : running.deadline();
        return limit.toNanos() - (System.nanoTime() - began);
    }

    private static synchronized void prepare(@Nullable Thread thread) {
        preparing = thread;
        if (isTold()) { // already
            interrupt();
        }
    }

    private static synchronized void interrupt() {
        if (preparing != null) {
            preparing.interrupt();
        }
    }

    /** Past all that still runs, which could hang, but not past the database, which would go on without us. */
    private static void end(int code, Consumer<EmbeddedPostgres> database) {
        try {
            ProcessHandle.current().descendants().forEach(ProcessHandle::destroy);
            DatabaseChoice.embedded().ifPresent(database);
        } finally {
            Runtime.getRuntime().halt(code);
        }
    }
}
