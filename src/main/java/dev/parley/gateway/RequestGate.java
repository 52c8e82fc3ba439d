package dev.parley.gateway;

import dev.parley.problem.Refused;
import dev.parley.problem.RouteProblems;
import dev.parley.protocol.ErrorCode;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Decides which REST requests are served, and knows which are not answered yet. Answers at once, on event loops. */
@Singleton
class RequestGate {
    private static final String API = "/api/";
    /** Before all that looks into a request. */
    private static final int FIRST = 1000;

    private final RouteProblems problems;
    private final Tally requests = new Tally();
    private volatile @Nullable Duration refusing;

    RequestGate(RouteProblems problems) {
        this.problems = problems;
    }

    void guard(@Observes Filters filters) {
        filters.register(this::admit, FIRST);
    }

    /** From now on every request is answered by 503 and this {@code Retry-After}. */
    void refuse(Duration retryAfter) {
        refusing = retryAfter;
    }

    /** Those that are not answered yet. */
    Tally requests() {
        return requests;
    }

    private void admit(RoutingContext context) {
        if (!context.normalizedPath().startsWith(API)) {
            context.next();
            return;
        }
        // Counted before it is known whether it is refused: who waits for the last must miss none that is served.
        requests.begun();
        context.addEndHandler(_ -> requests.ended());
        var wait = refusing;
        if (wait == null) {
            context.next();
        } else {
            if (context.request().version() != HttpVersion.HTTP_2) {
                context.response().putHeader(HttpHeaders.CONNECTION, "close");
            }
            problems.answer(context, new Refused(ErrorCode.UNAVAILABLE, "The server is stopping", wait));
        }
    }
}
