package dev.parley.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.parley.protocol.ErrorCode;
import java.time.Duration;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a client is told when a request fails (RFC 9457).
 *
 * @param code the same as in an {@code error} frame; what programs decide by
 * @param retry what can be done about it, as in an {@code error} frame
 * @param retryAfterMs present if there is a time to wait
 * @param errorId stands in our log beside the cause; present for faults of ours only
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
        name = "Problem",
        requiredProperties = {"type", "title", "status", "code", "detail", "retry"})
public record Problem(
        String type,
        String title,
        int status,
        ErrorCode code,
        String detail,
        ErrorCode.Retry retry,
        @JsonProperty("retry_after_ms") @Nullable Long retryAfterMs,
        @JsonProperty("error_id") @Nullable String errorId) {

    public static final String MEDIA_TYPE = "application/problem+json";

    static Problem of(ErrorCode code, String detail) {
        return of(code, status(code), detail);
    }

    /** A fault of ours; all else about it stands in the log. */
    static Problem fault(String errorId) {
        return of(
                ErrorCode.INTERNAL,
                status(ErrorCode.INTERNAL),
                "Something went wrong on our side",
                FaultLog.RETRY_AFTER,
                errorId);
    }

    /** For a status that says more than the code: 405 and 415 are both {@code invalid}. */
    static Problem of(ErrorCode code, int status, String detail) {
        return of(code, status, detail, null, null);
    }

    /** To be tried again, but not before the time is over. */
    static Problem of(ErrorCode code, String detail, Duration retryAfter) {
        return of(code, status(code), detail, retryAfter, null);
    }

    private static Problem of(
            ErrorCode code, int status, String detail, @Nullable Duration retryAfter, @Nullable String errorId) {
        var words = code.wireName().replace('_', ' ');
        var title = words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
        return new Problem(
                "urn:parley:error:" + code.wireName(),
                title,
                status,
                code,
                detail,
                code.retry(),
                retryAfter == null ? null : retryAfter.toMillis(),
                errorId);
    }

    private static int status(ErrorCode code) {
        return switch (code) {
            case BAD_FRAME, UNKNOWN_TYPE, UNSUPPORTED_VERSION, INVALID -> 400;
            case UNAUTHORIZED, TOKEN_EXPIRED, SESSION_UNKNOWN -> 401;
            case FORBIDDEN, NOT_MEMBER -> 403;
            case NOT_FOUND -> 404;
            case NAME_TAKEN, CID_CONFLICT -> 409;
            case TOO_LARGE -> 413;
            case RATE_LIMITED, WINDOW_EXCEEDED -> 429;
            case UNAVAILABLE, DRAINING -> 503;
            case TIMEOUT -> 504;
            case INTERNAL -> 500;
        };
    }
}
