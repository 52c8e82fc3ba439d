package dev.parley.problem;

import dev.parley.protocol.ErrorCode;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request that is not served, for a reason that its sender may know. Becomes a {@link Problem} at the boundary. */
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final Duration SOON = Duration.ofSeconds(2);

    private final ErrorCode code;
    private final @Nullable Duration retryAfter;

    /** The detail is for the client. */
    public Refused(ErrorCode code, String detail) {
        this(code, detail, null, null);
    }

    /** To be tried again, but not before the time is over. */
    public Refused(ErrorCode code, String detail, Duration retryAfter) {
        this(code, detail, retryAfter, null);
    }

    private Refused(ErrorCode code, String detail, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        // No stack trace: this is an answer, not a fault.
        super(detail, cause, false, false);
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /** Something that we need is away or overloaded; the request may or may not have happened. */
    public static Refused unavailable(String detail) {
        return new Refused(ErrorCode.UNAVAILABLE, detail, SOON, null);
    }

    /** As above; the cause stays on this side. */
    public static Refused unavailable(String detail, Throwable cause) {
        return new Refused(ErrorCode.UNAVAILABLE, detail, SOON, cause);
    }

    ErrorCode code() {
        return code;
    }

    String detail() {
        return String.valueOf(getMessage());
    }

    Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
