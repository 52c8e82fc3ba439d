package dev.parley.problem;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.InvalidField;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns whatever a REST method throws into a {@link Problem}. */
class ErrorBoundary {
    private static final Logger LOG = Logger.getLogger(ErrorBoundary.class);

    private final ProblemWriter writer;
    private final FaultLog faults;
    private final ErrorsTold told;

    ErrorBoundary(ProblemWriter writer, FaultLog faults, ErrorsTold told) {
        this.writer = writer;
        this.faults = faults;
        this.told = told;
    }

    @ServerExceptionMapper
    Response refused(Refused refused) {
        if (refused.code() == ErrorCode.UNAVAILABLE) {
            LOG.debugf(refused.getCause(), "Refused: %s", refused.detail());
        }
        var answer = answer(refused.problem());
        refused.retryAfterSeconds().ifPresent(wait -> answer.header(HttpHeaders.RETRY_AFTER, wait));
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
        return answer(Problem.fault(faults.record("rest", "A REST request failed; its sender was told", fault)))
                .build();
    }

    private static Problem badJson() {
        return Problem.of(ErrorCode.BAD_FRAME, "The body must be one JSON object with fields of the right types");
    }

    private Response.ResponseBuilder answer(Problem problem) {
        told.count(problem.code());
        var answer = Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(writer.json(problem));
        // RFC 9110 section 15.5.2: a 401 says how to sign in.
        return problem.status() == 401 ? answer.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer") : answer;
    }
}
