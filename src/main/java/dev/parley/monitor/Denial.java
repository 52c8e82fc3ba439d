package dev.parley.monitor;

import dev.parley.protocol.ErrorCode;

/** Why somebody is not let in to {@code /ops}. The detail is for who asked. */
enum Denial {
    WEB_PAGE(ErrorCode.FORBIDDEN, "Not for web pages: the request has an Origin, or a Sec-Fetch-Site of another site"),
    FOREIGN_HOST(ErrorCode.FORBIDDEN, "Ask by a name of this machine alone, such as localhost or 127.0.0.1"),
    NO_TOKEN_SET(
            ErrorCode.FORBIDDEN,
            "The management port is open to others than this machine: set parley.ops.token (PARLEY_OPS_TOKEN) first"),
    WRONG_TOKEN(ErrorCode.UNAUTHORIZED, "Needs Authorization: Bearer with the token of parley.ops.token");

    private final ErrorCode code;
    private final String detail;

    Denial(ErrorCode code, String detail) {
        this.code = code;
        this.detail = detail;
    }

    ErrorCode code() {
        return code;
    }

    String detail() {
        return detail;
    }
}
