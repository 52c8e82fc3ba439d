package dev.parley.protocol;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * Why a command was refused. The wire name is the constant's name in lower case; it stands in {@code error} frames, in
 * problem+json bodies and in metric tags.
 */
public enum ErrorCode {
    /** Not one JSON object, or a field of the wrong type. */
    BAD_FRAME(Retry.NEVER),
    /** A {@code type} that this version does not know. */
    UNKNOWN_TYPE(Retry.NEVER),
    UNSUPPORTED_VERSION(Retry.NEVER),
    /** No token, or one that does not verify; also a command before {@code hello}. */
    UNAUTHORIZED(Retry.REAUTH),
    TOKEN_EXPIRED(Retry.REAUTH),
    FORBIDDEN(Retry.NEVER),
    /** No such room, or none that this account may know of: the two look the same. */
    NOT_FOUND(Retry.NEVER),
    NOT_MEMBER(Retry.NEVER),
    /** The cid was used before in this room by this sender, with another payload. */
    CID_CONFLICT(Retry.NEVER),
    /** The name is taken (REST). */
    NAME_TAKEN(Retry.NEVER),
    TOO_LARGE(Retry.NEVER),
    /** Well-formed, but a value breaks a rule that the message names. */
    INVALID(Retry.NEVER),
    RATE_LIMITED(Retry.AFTER),
    /** The database is away; the command may or may not have happened. Repeat it with the same cid. */
    UNAVAILABLE(Retry.AFTER),
    /** No answer in time; the command may or may not have happened. Repeat it with the same cid. */
    TIMEOUT(Retry.AFTER),
    DRAINING(Retry.RESUME),
    /** No such session, or not with this secret: say {@code hello} without {@code resume}. */
    SESSION_UNKNOWN(Retry.REAUTH),
    WINDOW_EXCEEDED(Retry.AFTER),
    /** A fault of ours. The {@code error_id} stands in the log. */
    INTERNAL(Retry.AFTER);

    /** What the sender can do about it. */
    public enum Retry {
        /** Nothing: the same command will fail again. */
        NEVER,
        /** The same command again, after {@code retry_after_ms}. */
        AFTER,
        /** Reconnect, resume, and send it again. */
        RESUME,
        /** Get a new token or session first. */
        REAUTH;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        @JsonValue
        public String wireName() {
            return wireName;
        }
    }

    private final String wireName = name().toLowerCase(Locale.ROOT);
    private final Retry retry;

    ErrorCode(Retry retry) {
        this.retry = retry;
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    public Retry retry() {
        return retry;
    }
}
