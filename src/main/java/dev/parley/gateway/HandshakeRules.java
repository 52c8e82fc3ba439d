package dev.parley.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The request of a handshake, by RFC 6455 section 4.2.1. Vert.x leaves some breaches of it without any answer. */
final class HandshakeRules {
    private static final int KEY_LENGTH = 16;

    private HandshakeRules() {}

    /** What is wrong with it, or null. */
    static @Nullable Refusal breach(HttpServerRequest request) {
        var headers = request.headers();
        if (!upgrades(request, headers)) {
            return Refusal.BAD_HANDSHAKE;
        }
        if (!headers.getAll("Sec-WebSocket-Version").stream()
                .map(String::strip)
                .toList()
                .equals(List.of("13"))) {
            return Refusal.UNSUPPORTED_VERSION;
        }
        return keyed(headers) && !hasBody(headers) ? null : Refusal.BAD_HANDSHAKE;
    }

    private static boolean upgrades(HttpServerRequest request, MultiMap headers) {
        return request.version() == HttpVersion.HTTP_1_1
                && HttpMethod.GET.equals(request.method())
                && headers.getAll("Host").size() == 1
                && lists(headers, "Upgrade", "websocket")
                && lists(headers, "Connection", "upgrade");
    }

    private static boolean keyed(MultiMap headers) {
        var keys = headers.getAll("Sec-WebSocket-Key");
        try {
            return keys.size() == 1
                    && Base64.getDecoder().decode(keys.getFirst().strip()).length == KEY_LENGTH;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static boolean hasBody(MultiMap headers) {
        var length = headers.get("Content-Length");
        return headers.contains("Transfer-Encoding")
                || (length != null && !length.strip().equals("0"));
    }

    private static boolean lists(MultiMap headers, String name, String item) {
        return headers.getAll(name).stream()
                .flatMap(value -> Stream.of(value.split(",")))
                .anyMatch(value -> value.strip().equalsIgnoreCase(item));
    }
}
