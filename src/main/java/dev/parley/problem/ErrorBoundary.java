package dev.parley.problem;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.InvalidField;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns whatever a REST method throws into a {@link Problem}. */
class ErrorBoundary {
    private static final Logger LOG = Logger.getLogger(ErrorBoundary.class);

    private final ProblemWriter writer;
    private final MeterRegistry metrics;

    ErrorBoundary(ProblemWriter writer, MeterRegistry metrics) {
        this.writer = writer;
        this.metrics = metrics;
    }

    @ServerExceptionMapper
    Response refused(Refused refused) {
        if (refused.code() == ErrorCode.UNAVAILABLE) {
            LOG.debugf(refused.getCause(), "Refused: %s", refused.detail());
        }
        var answer = answer(Problem.of(refused.code(), refused.detail()));
        refused.retryAfter().ifPresent(wait -> answer.header(HttpHeaders.RETRY_AFTER, wholeSeconds(wait)));
        return answer.build();
    }

    @ServerExceptionMapper
    Response invalid(InvalidField invalid) {
        return answer(Problem.of(ErrorCode.INVALID, String.valueOf(invalid.getMessage())))
                .build();
    }

    /** The body could not be read. The parser's own words are left out: they quote the body. */
    @ServerExceptionMapper({JacksonException.class, JsonProcessingException.class, MismatchedInputException.class})
    Response unreadable(Throwable unreadable) {
        return answer(badJson()).build();
    }

    @ServerExceptionMapper
    Response http(WebApplicationException failure) {
        int status = failure.getResponse().getStatus();
        if (status >= 500) {
            return fault(failure);
        }
        var problem = failure.getCause() instanceof JacksonException ? badJson() : HttpProblems.of(status);
        var answer = answer(problem);
        var allow = failure.getResponse().getHeaderString(HttpHeaders.ALLOW);
        return allow == null
                ? answer.build()
                : answer.header(HttpHeaders.ALLOW, allow).build();
    }

    @ServerExceptionMapper
    Response fault(Throwable fault) {
        var errorId = UUID.randomUUID().toString();
        LOG.errorf(fault, "A REST request failed, error_id %s", errorId);
        metrics.counter("parley.rest.faults").increment();
        return answer(Problem.of(ErrorCode.INTERNAL, 500, "Something went wrong on our side", errorId))
                .build();
    }

    /** Rounded up: who comes back then is not too early. */
    private static long wholeSeconds(Duration wait) {
        return Math.max(1, wait.plusSeconds(1).minusNanos(1).toSeconds());
    }

    private static Problem badJson() {
        return Problem.of(ErrorCode.BAD_FRAME, "The body must be one JSON object with fields of the right types");
    }

    private Response.ResponseBuilder answer(Problem problem) {
        var answer = Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(writer.json(problem));
        // RFC 9110 section 15.5.2: a 401 says how to sign in.
        return problem.status() == 401 ? answer.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer") : answer;
    }
}
