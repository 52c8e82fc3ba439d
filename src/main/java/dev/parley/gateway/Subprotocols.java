package dev.parley.gateway;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a client offers in {@code Sec-WebSocket-Protocol}. A browser can set no other header, so a token may come there
 * too, as an item {@code bearer.<token>} beside the protocol.
 */
record Subprotocols(boolean none, boolean ours, @Nullable String token) {
    static final String PARLEY_V1 = "parley.v1+json";

    private static final String BEARER = "bearer.";

    static Subprotocols offered(List<String> headers) {
        var items = headers.stream()
                .flatMap(header -> Stream.of(header.split(",")))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
        var token = items.stream()
                .filter(item -> item.startsWith(BEARER))
                .map(item -> item.substring(BEARER.length()))
                .findFirst()
                .orElse(null);
        return new Subprotocols(items.isEmpty(), items.contains(PARLEY_V1), token);
    }

    /** None at all is fine: such a client gets the one there is. The answer must be one that was offered. */
    boolean acceptable() {
        return none || ours;
    }

    @Override
    public String toString() {
        return "Subprotocols[none=" + none + ", ours=" + ours + "]";
    }
}
