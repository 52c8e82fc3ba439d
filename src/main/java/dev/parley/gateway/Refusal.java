package dev.parley.gateway;

import java.util.Locale;

/** Why an upgrade was refused. The name in lower case is the metric tag {@code reason}. */
enum Refusal {
    /** Not a handshake by RFC 6455 section 4.2.1. */
    BAD_HANDSHAKE(400),
    UNKNOWN_SUBPROTOCOL(400),
    FOREIGN_ORIGIN(403),
    UNSUPPORTED_VERSION(426),
    TOO_MANY_FROM_ADDRESS(429),
    FULL(503),
    DRAINING(503);

    private final int status;
    private final String tag = name().toLowerCase(Locale.ROOT);

    Refusal(int status) {
        this.status = status;
    }

    int status() {
        return status;
    }

    String tag() {
        return tag;
    }
}
