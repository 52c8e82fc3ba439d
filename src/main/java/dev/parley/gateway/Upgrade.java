package dev.parley.gateway;

import io.vertx.core.MultiMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is kept of an upgrade request, for as long as it is needed. Confined to the connection's event loop. */
final class Upgrade {
    private final String remoteAddress;
    private final MultiMap headers;
    private @Nullable String token;

    /** @param token the bearer token that the request brought; it is kept nowhere else */
    Upgrade(String remoteAddress, MultiMap headers, @Nullable String token) {
        this.remoteAddress = remoteAddress;
        this.headers = headers;
        this.token = token;
    }

    String remoteAddress() {
        return remoteAddress;
    }

    Optional<String> token() {
        return Optional.ofNullable(token);
    }

    /** The 101 is written: Vert.x would keep the headers as long as the connection lives, and Quarkus a copy of them. */
    void answered() {
        headers.clear();
    }

    /** The token has done what it was for. */
    void forgetToken() {
        token = null;
    }
}
