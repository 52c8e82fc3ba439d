package dev.parley.monitor;

import dev.parley.problem.Refused;
import dev.parley.protocol.ErrorCode;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** Reads what a request asks for. Throws {@link Refused} for what cannot be. */
final class Asked {
    private Asked() {}

    /** A part of the path, which has it or was not routed here. */
    static String path(RoutingContext request, String name) {
        return Objects.requireNonNull(request.pathParam(name));
    }

    static Optional<String> text(RoutingContext request, String name) {
        return request.queryParam(name).stream()
                .filter(value -> !value.isBlank())
                .findFirst();
    }

    static Optional<UUID> id(RoutingContext request, String name) {
        return text(request, name).map(text -> id(name, text));
    }

    static UUID id(String name, String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException noId) {
            throw new Refused(ErrorCode.INVALID, name + " must be an id (UUID)");
        }
    }

    /** @param standard if the request does not say; never more than {@code most} */
    static int limit(RoutingContext request, int standard, int most) {
        return text(request, "limit").map(text -> limit(text, most)).orElse(Math.min(standard, most));
    }

    /** Where a request comes from, for the log. */
    static String address(RoutingContext request) {
        var remote = request.request().remoteAddress();
        return remote == null || remote.hostAddress() == null ? "this machine" : remote.hostAddress();
    }

    private static int limit(String text, int most) {
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= most) {
                return limit;
            }
        } catch (NumberFormatException noNumber) {
            // as one out of bounds
        }
        throw new Refused(ErrorCode.INVALID, "limit must be a number from 1 to " + most);
    }
}
