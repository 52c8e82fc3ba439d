package dev.parley.lifecycle;

import dev.parley.cluster.Node;
import dev.parley.problem.RequestGate;
import dev.parley.session.SessionFlush;
import dev.parley.task.TaskManager;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * The order of a stop. In two parts, since Quarkus closes its HTTP server, with all sockets, between them: clients are let
 * go before, and what needs the pool only is done after. Both on the thread that shuts down, which waits. The pool and the
 * embedded database are closed when the program has ended.
 */
@ApplicationScoped
class Stop {
    private static final Logger LOG = Logger.getLogger(Stop.class);
    /** Whoever is still there to answer a close does so within it. */
    private static final Duration STILL_CLOSING = Duration.ofMillis(200);

    private static final Duration CUT_LIMIT = Duration.ofMillis(300);
    /** After all else has started. */
    private static final int LAST = Interceptor.Priority.PLATFORM_AFTER + 1000;

    private final Drain drain;
    private final Sockets sockets;
    private final RequestGate requests;
    private final TaskManager tasks;
    private final SessionFlush sessions;
    private final Node node;
    private final DrainSteps steps;

    Stop(
            Drain drain,
            Sockets sockets,
            RequestGate requests,
            TaskManager tasks,
            SessionFlush sessions,
            Node node,
            DrainSteps steps) {
        this.drain = drain;
        this.sockets = sockets;
        this.requests = requests;
        this.tasks = tasks;
        this.sessions = sessions;
        this.node = node;
        this.steps = steps;
    }

    void beforeTheSchema(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE - 1) StartupEvent starting) {
        StopSignal.endStartIfTold();
    }

    void afterTheSchema(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE + 1) StartupEvent starting) {
        StopSignal.endStartIfTold();
    }

    void started(@Observes @Priority(LAST) StartupEvent started, DrainConfig config) {
        StopSignal.started(config.deadline(), this::left);
    }

    /** Readiness is down already. */
    void letClientsGo(@Observes ShutdownDelayInitiatedEvent stopping) throws InterruptedException {
        LOG.infof(
                "Stopping: %d sockets, %d commands and %d REST requests in flight",
                sockets.open(), sockets.commands(), requests.open());
        drain.stop();
        var _ = steps.perform(DrainStep.CLIENTS_SENT_AWAY, drain::awaitWaves);
        var answers = steps.perform(DrainStep.COMMANDS_ANSWERED, this::awaitAnswers);
        int commands = sockets.commands();
        int unanswered = requests.open();
        var closing = steps.perform(DrainStep.SOCKETS_CLOSED, limit -> {
            sockets.end();
            int left = awaitClosed(sockets.open(), sockets::awaitClosed, limit, answers.unused());
            if (left > 0) {
                // Closed after us, each would leave a stack trace of the framework's, which is gone by then.
                sockets.cut();
                int _ = sockets.awaitClosed(CUT_LIMIT);
            }
            return left;
        });
        if (commands + unanswered + closing.left() > 0) {
            LOG.errorf(
                    "Stopping with %d commands and %d REST requests unanswered, and %d sockets cut that did not close; clients will resume",
                    commands, unanswered, closing.left());
        }
    }

    private int awaitAnswers(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        requests.close();
        int commands = sockets.awaitAnswers(limit);
        return commands + requests.awaitAnswers(Duration.ofNanos(end - System.nanoTime()));
    }

    /** As long as some of thousands on a busy machine still close, {@code spare} is theirs as well. Answers with how many are left. */
    static int awaitClosed(int open, DrainSteps.Work closing, Duration limit, Duration spare)
            throws InterruptedException {
        long end = System.nanoTime() + limit.plus(spare).toNanos();
        int before = open;
        int left = closing.within(limit);
        for (long time = end - System.nanoTime();
                left > 0 && left < before && time > 0;
                time = end - System.nanoTime()) {
            before = left;
            left = closing.within(Duration.ofNanos(Math.min(time, STILL_CLOSING.toNanos())));
        }
        return left;
    }

    /** Before any other observer of this event: tasks must meet no last flush, and nobody else's end. */
    void leave(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) ShutdownEvent stopping)
            throws InterruptedException {
        var _ = steps.perform(DrainStep.TASKS_CANCELLED, tasks::stop);
        var _ = steps.perform(DrainStep.SESSIONS_STORED, sessions::stop);
        int unheard = steps.perform(DrainStep.NODE_LEFT, limit -> node.leave(limit) ? 0 : 1)
                .left();
        StopSignal.stepsAreOver(left());
        if (unheard > 0 && StopSignal.isTold()) { // and not a reload, after which the server goes on
            // A connection that is being made to a frozen server keeps Vert.x from closing for all of 10 s.
            DatabaseChoice.endUnanswering();
        }
    }

    /** For who cuts the stop short. */
    private String left() {
        var view = drain.view();
        return "%d commands and %d REST requests unanswered, %d sockets open, %d sessions not stored; last step: %s"
                .formatted(
                        view.commandsInFlight(), requests.open(), view.connections(), sessions.unstored(), view.step());
    }
}
