package dev.parley.problem;

import io.quarkus.vertx.http.ManagementInterface;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The edges that no REST method sees: bodies that announce themselves as too large, paths below {@code /api} that nobody
 * serves, and what fails on the way to a method or a socket, or from it. Runs on event loops.
 */
class RouterBoundary {
    private static final String API = "/api/";
    /** Before Quarkus' own check, which would answer without a body. */
    private static final int BEFORE_QUARKUS = 100;
    /** Before Quarkus' own failure handler, which is the last and would answer with a page. */
    private static final int BEFORE_THE_LAST = Integer.MAX_VALUE - 1;

    private static final int BAD_REQUEST = 400;

    private final RouteProblems problems;
    private final long maxBody;

    RouterBoundary(RouteProblems problems, @ConfigProperty(name = "parley.rest.max-body") long maxBody) {
        this.problems = problems;
        this.maxBody = maxBody;
    }

    void guardBodies(@Observes Filters filters) {
        filters.register(this::refuseLargeBody, BEFORE_QUARKUS);
    }

    void answerUnknownPaths(@Observes Router router) {
        router.route(API + "*").last().handler(context -> problems.answer(context, 404));
        // Everywhere: for a request that is spoilt, the last would write an error into the log, for any stranger.
        router.route().order(BEFORE_THE_LAST).failureHandler(this::failed);
    }

    /**
     * Such as end in half an escape: no route can be asked whether it serves them, so no handler of a route hears of it. The
     * public port refuses them before it asks one.
     */
    void answerUnreadablePaths(@Observes ManagementInterface management) {
        management.router().errorHandler(BAD_REQUEST, context -> problems.answer(context, BAD_REQUEST));
    }

    /** A filter or handler of the router threw, or gave up with a status. */
    private void failed(RoutingContext context) {
        if (context.response().ended() || context.response().headWritten()) {
            context.next();
            return;
        }
        int status = context.statusCode();
        if (status >= 400 && status < 500) {
            problems.answer(context, status);
        } else {
            problems.answer(context, "router", "A request failed on its way; its sender was told", fault(context));
        }
    }

    private static Throwable fault(RoutingContext context) {
        var thrown = context.failure();
        return thrown == null ? new IllegalStateException("failed with " + context.statusCode()) : thrown;
    }

    private void refuseLargeBody(RoutingContext context) {
        if (context.normalizedPath().startsWith(API) && announcedLength(context) > maxBody) {
            if (context.request().version() != HttpVersion.HTTP_2) {
                // The rest of the body would have to be read before the next request.
                context.response().putHeader(HttpHeaders.CONNECTION, "close");
            }
            problems.answer(context, 413);
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
}
