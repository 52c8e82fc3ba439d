package dev.parley.problem;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The edges that no REST method sees: bodies that announce themselves as too large, paths below {@code /api} that nobody
 * serves, and what fails on the way to a method or from it. Runs on event loops.
 */
class RouterBoundary {
    private static final String API = "/api/";
    /** Before Quarkus' own check, which would answer without a body. */
    private static final int BEFORE_QUARKUS = 100;
    /** Before Quarkus' own failure handler, which is the last and would answer with a page. */
    private static final int BEFORE_THE_LAST = Integer.MAX_VALUE - 1;

    private final ProblemWriter writer;
    private final FaultLog faults;
    private final ErrorsTold told;
    private final long maxBody;

    RouterBoundary(
            ProblemWriter writer,
            FaultLog faults,
            ErrorsTold told,
            @ConfigProperty(name = "parley.rest.max-body") long maxBody) {
        this.writer = writer;
        this.faults = faults;
        this.told = told;
        this.maxBody = maxBody;
    }

    void guardBodies(@Observes Filters filters) {
        filters.register(this::refuseLargeBody, BEFORE_QUARKUS);
    }

    void answerUnknownPaths(@Observes Router router) {
        router.route(API + "*").last().handler(context -> answer(context, HttpProblems.of(404)));
        router.route(API + "*").order(BEFORE_THE_LAST).failureHandler(this::failed);
    }

    /** A filter or handler of the router threw, or gave up with a status. */
    private void failed(RoutingContext context) {
        if (context.response().ended() || context.response().headWritten()) {
            context.next();
            return;
        }
        int status = context.statusCode();
        answer(context, status >= 400 && status < 500 ? HttpProblems.of(status) : fault(context));
    }

    private Problem fault(RoutingContext context) {
        var thrown = context.failure();
        var fault = thrown == null ? new IllegalStateException("failed with " + context.statusCode()) : thrown;
        return Problem.fault(faults.record("router", "A REST request failed on its way; its sender was told", fault));
    }

    private void refuseLargeBody(RoutingContext context) {
        if (context.normalizedPath().startsWith(API) && announcedLength(context) > maxBody) {
            if (context.request().version() != HttpVersion.HTTP_2) {
                // The rest of the body would have to be read before the next request.
                context.response().putHeader(HttpHeaders.CONNECTION, "close");
            }
            answer(context, HttpProblems.of(413));
        } else {
            context.next();
        }
    }

    private static long announcedLength(RoutingContext context) {
        var length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException tooLong) {
            return Long.MAX_VALUE;
        }
    }

    private void answer(RoutingContext context, Problem problem) {
        told.count(problem.code());
        context.response()
                .setStatusCode(problem.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .end(writer.json(problem));
    }
}
