package dev.parley.gateway;

import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.ServerFrame;
import java.util.Locale;

/** What became of a command. The name in lower case is the metric tag {@code outcome}. */
enum Outcome {
    OK,
    /** It is not allowed, not possible or not understood: its sender's business. */
    REFUSED,
    /** The database is away. */
    UNAVAILABLE,
    /** Nobody answered in time: a fault of ours. */
    TIMEOUT,
    /** A fault of ours. */
    FAULT;

    private final String tag = name().toLowerCase(Locale.ROOT);

    /** Of the command that is answered so. */
    static Outcome of(ServerFrame answer) {
        return answer instanceof ServerFrame.Failed failed ? of(failed.code()) : OK;
    }

    private static Outcome of(ErrorCode code) {
        return switch (code) {
            case UNAVAILABLE, DRAINING -> UNAVAILABLE;
            case TIMEOUT -> TIMEOUT;
            case INTERNAL -> FAULT;
            case BAD_FRAME,
                    UNKNOWN_TYPE,
                    UNSUPPORTED_VERSION,
                    UNAUTHORIZED,
                    TOKEN_EXPIRED,
                    FORBIDDEN,
                    NOT_FOUND,
                    NOT_MEMBER,
                    CID_CONFLICT,
                    NAME_TAKEN,
                    TOO_LARGE,
                    INVALID,
                    RATE_LIMITED,
                    SESSION_UNKNOWN,
                    WINDOW_EXCEEDED -> REFUSED;
        };
    }

    String tag() {
        return tag;
    }
}
