package dev.parley.gateway;

import dev.parley.protocol.CloseCode;
import java.util.Locale;

/** What a peer did to be cut off at the edge. The name in lower case is the metric tag {@code reason}. */
enum Violation {
    INVALID_TEXT(CloseCode.INVALID_TEXT),
    RESERVED_BITS(CloseCode.PROTOCOL_VIOLATION),
    RESERVED_OPCODE(CloseCode.PROTOCOL_VIOLATION),
    UNMASKED_FRAME(CloseCode.PROTOCOL_VIOLATION),
    BAD_CONTROL_FRAME(CloseCode.PROTOCOL_VIOLATION),
    /** Not the shortest encoding of the length, or a length beyond 63 bits. */
    BAD_LENGTH(CloseCode.PROTOCOL_VIOLATION),
    BAD_CLOSE(CloseCode.PROTOCOL_VIOLATION),
    /** A continuation of nothing, or a new message inside another. */
    BAD_FRAGMENTATION(CloseCode.PROTOCOL_VIOLATION),
    /** Frames before our answer to the handshake. */
    EAGER_FRAME(CloseCode.PROTOCOL_VIOLATION),
    TOO_LARGE(CloseCode.TOO_LARGE),
    PING_FLOOD(CloseCode.POLICY_VIOLATION),
    PONG_FLOOD(CloseCode.POLICY_VIOLATION),
    FRAGMENT_FLOOD(CloseCode.POLICY_VIOLATION),
    SLOW_MESSAGE(CloseCode.POLICY_VIOLATION),
    /** Ended by 408 or without an answer: there is no WebSocket yet. */
    SLOW_HANDSHAKE(CloseCode.POLICY_VIOLATION),
    /** Our close frame was not taken in time; the socket was cut. */
    CLOSE_NOT_TAKEN(CloseCode.POLICY_VIOLATION);

    private final CloseCode closeCode;
    private final String tag = name().toLowerCase(Locale.ROOT);

    Violation(CloseCode closeCode) {
        this.closeCode = closeCode;
    }

    CloseCode closeCode() {
        return closeCode;
    }

    String tag() {
        return tag;
    }
}
