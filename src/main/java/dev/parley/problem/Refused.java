package dev.parley.problem;

import dev.parley.protocol.ErrorCode;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request that is not served, for a reason that its sender may know. Becomes a {@link Problem} at the boundary. */
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final int CONFLICT = 409;

    private final ErrorCode code;
    private final @Nullable Duration retryAfter;
    private final boolean conflict;

    /** The detail is for the client. */
    public Refused(ErrorCode code, String detail) {
        this(code, detail, null, null, false);
    }

    /** To be tried again, but not before the time is over. */
    public Refused(ErrorCode code, String detail, Duration retryAfter) {
        this(code, detail, retryAfter, null, false);
    }

    private Refused(
            ErrorCode code, String detail, @Nullable Duration retryAfter, @Nullable Throwable cause, boolean conflict) {
        // No stack trace: this is an answer, not a fault.
        super(detail, cause, false, false);
        this.code = code;
        this.retryAfter = retryAfter;
        this.conflict = conflict;
    }

    /** Something that we need is away or overloaded; the request may or may not have happened. */
    public static Refused unavailable(String detail) {
        return new Refused(ErrorCode.UNAVAILABLE, detail, SOON, null, false);
    }

    /** As above; the cause stays on this side. */
    public static Refused unavailable(String detail, Throwable cause) {
        return new Refused(ErrorCode.UNAVAILABLE, detail, SOON, cause, false);
    }

    /** Valid by itself, but not in the state that its object is in. */
    public static Refused conflict(String detail) {
        return new Refused(ErrorCode.INVALID, detail, null, null, true);
    }

    Problem problem() {
        if (conflict) {
            return Problem.of(code, CONFLICT, detail());
        }
        return retryAfter == null ? Problem.of(code, detail()) : Problem.of(code, detail(), retryAfter);
    }

    ErrorCode code() {
        return code;
    }

    String detail() {
        return String.valueOf(getMessage());
    }

    /** Rounded up: who comes back then is not too early. */
    Optional<Long> retryAfterSeconds() {
        return Optional.ofNullable(retryAfter)
                .map(wait -> Math.max(1, wait.plusSeconds(1).minusNanos(1).toSeconds()));
    }
}
