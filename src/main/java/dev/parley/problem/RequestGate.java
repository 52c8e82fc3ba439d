package dev.parley.problem;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Knows which requests of REST are not answered yet, and lets no more in at a stop. Thread-safe.
 */
@Singleton
public class RequestGate {
    /** And {@code /api;…/}, which REST takes for the same. */
    private static final String API = "/api";
    /** Before all that looks into a request. */
    private static final int FIRST = 1000;

    private final RouteProblems problems;
    private final Set<RoutingContext> open = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    RequestGate(RouteProblems problems) {
        this.problems = problems;
    }

    void guard(@Observes Filters filters) {
        filters.register(this::admit, FIRST);
    }

    /** How many are not answered yet. */
    public int open() {
        return open.size();
    }

    /** From now on each is refused with 503 and {@code Retry-After}. */
    public void close() {
        closed = true;
    }

    /** After {@link #close}: waits until none is open, but not longer than that, and tells how many are; not on an event loop. */
    public synchronized int awaitAnswers(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        for (long left = limit.toMillis();
                !open.isEmpty() && left > 0;
                left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) {
            wait(left);
        }
        return open.size();
    }

    private void admit(RoutingContext context) {
        if (!context.normalizedPath().startsWith(API)) {
            context.next();
            return;
        }
        // Before it is known whether it is refused: who waits for the last must miss none that is served.
        open.add(context);
        context.addEndHandler(_ -> ended(context));
        // Or who is told would ask the next thing on a connection that is about to be cut.
        context.addHeadersEndHandler(_ -> {
            if (closed) {
                context.response().putHeader(HttpHeaders.CONNECTION, "close");
            }
        });
        if (closed) {
            problems.answer(context, Refused.unavailable("The server is stopping"));
        } else {
            context.next();
        }
    }

    private void ended(RoutingContext context) {
        open.remove(context);
        if (closed) {
            var _ = context.request().connection().close(); // when what was answered is written
            synchronized (this) {
                notifyAll();
            }
        }
    }
}
