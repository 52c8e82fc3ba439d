package dev.parley.protocol;

/**
 * Why the server ends a connection. The range of our own carries the verdict: 4000 to 4499 ask the client to resume, 4500
 * to 4999 are final. RFC 6455 section 7.4.1 and its registry define those below 4000, of which 1001 and 1011 to 1013 ask
 * for it too. Some are reserved and never sent yet; the AsyncAPI document tells which.
 */
public enum CloseCode {
    /** After {@code logout}. */
    NORMAL(1000, false),
    GOING_AWAY(1001, true),
    PROTOCOL_VIOLATION(1002, false),
    UNSUPPORTED_DATA(1003, false),
    INVALID_TEXT(1007, false),
    POLICY_VIOLATION(1008, false),
    TOO_LARGE(1009, false),
    INTERNAL(1011, true),
    RESTART(1012, true),
    OVERLOAD(1013, true),
    HEARTBEAT_MISSED(4002, true),
    TOO_SLOW(4003, true),
    TOKEN_EXPIRED(4004, true),
    PROTOCOL_ERROR(4500, false),
    UNAUTHORIZED(4501, false),
    NO_HELLO(4504, false),
    /** All sessions that the account may have are connected. */
    TOO_MANY_CONNECTIONS(4505, false),
    /** Another connection attached to the session: this one is fenced off. */
    REPLACED(4509, false),
    /** The session was ended by its user, by an operator, or by a newer one beyond the account's limit. */
    REVOKED(4510, false);

    private final int code;
    private final boolean reconnect;

    CloseCode(int code, boolean reconnect) {
        this.code = code;
        this.reconnect = reconnect;
    }

    public int code() {
        return code;
    }

    /** Whether the client should connect again and resume. */
    public boolean reconnect() {
        return reconnect;
    }
}
