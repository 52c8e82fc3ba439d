package dev.parley.problem;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

/** The error boundary of routes that are no REST methods: ends a request with a {@link Problem}. */
@Singleton
public class RouteProblems {
    private static final int UNAUTHORIZED = 401;

    private final ProblemWriter writer;
    private final FaultLog faults;
    private final ErrorsTold told;

    RouteProblems(ProblemWriter writer, FaultLog faults, ErrorsTold told) {
        this.writer = writer;
        this.faults = faults;
        this.told = told;
    }

    /**
     * For what a handler threw: {@link Refused} is told as it is, all else is a fault of ours, logged under an id.
     *
     * @param where and {@code what} are for the log, see {@link FaultLog}
     */
    public void answer(RoutingContext context, String where, String what, Throwable failure) {
        if (failure instanceof Refused refused) {
            answer(context, refused);
        } else {
            answer(context, Problem.fault(faults.record(where, what, failure)));
        }
    }

    /** For what is not served, for a reason that its sender may know. */
    void answer(RoutingContext context, Refused refused) {
        refused.retryAfterSeconds()
                .ifPresent(wait -> context.response().putHeader(HttpHeaders.RETRY_AFTER, wait.toString()));
        answer(context, refused.problem());
    }

    /** For what HTTP itself knows, such as a path that nobody serves. */
    public void answer(RoutingContext context, int status) {
        answer(context, HttpProblems.of(status));
    }

    private void answer(RoutingContext context, Problem problem) {
        var response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            // Half an answer is no answer: the client must see that it was cut short.
            var _ = context.request().connection().close();
            return;
        }
        told.count(problem.code());
        if (problem.status() == UNAUTHORIZED) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
        var _ = response.setStatusCode(problem.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .end(writer.json(problem));
    }
}
