package dev.parley.gateway;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Which pages may open a socket: those named, and those of the host that the request itself is for. */
final class Origins {
    private final Set<String> allowed;

    /** @throws IllegalArgumentException if one of them is not scheme, host and perhaps port */
    Origins(List<String> allowed) {
        this.allowed = allowed.stream().map(Origins::named).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a page of this origin may, on a request with this Host header. */
    boolean admit(String origin, String host) {
        var canonical = canonical(origin);
        if (canonical.isEmpty()) {
            return false;
        }
        // TLS may end before us, so the scheme we see is not the page's; host and port must be the same.
        var scheme = canonical.substring(0, canonical.indexOf(':'));
        return allowed.contains(canonical) || canonical.equals(canonical(scheme + "://" + host));
    }

    private static String named(String origin) {
        var canonical = canonical(origin);
        if (canonical.isEmpty()) {
            throw new IllegalArgumentException(
                    "parley.gateway.allowed-origins: not an origin such as https://chat.example.org: " + origin);
        }
        return canonical;
    }

    /** Scheme, host and port, the port always given; empty for what is no origin of a page, such as {@code null}. */
    private static String canonical(String origin) {
        try {
            var uri = URI.create(origin.strip().toLowerCase(Locale.ROOT));
            boolean bare = uri.getRawPath() != null
                    && uri.getRawPath().isEmpty()
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && uri.getRawUserInfo() == null;
            if (uri.getScheme() == null || uri.getHost() == null || !bare) {
                return "";
            }
            int port = uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
            return uri.getScheme() + "://" + uri.getHost() + ":" + port;
        } catch (IllegalArgumentException notAUri) {
            return "";
        }
    }
}
