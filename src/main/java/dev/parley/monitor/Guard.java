package dev.parley.monitor;

import dev.parley.StartRefused;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may look and act. A port of this machine's own is open to its programs, but not to pages in a browser on it, also
 * none that come by a name which its owner points here. Every other port, and also that one if a token is set, asks for
 * the token. Thread-safe.
 */
final class Guard {
    /** Of what a header can carry; long enough not to be guessed. */
    private static final Pattern GOOD_TOKEN = Pattern.compile("[\\x21-\\x7e]{16,}");

    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[?::1]?");
    private static final String SITE = "Sec-Fetch-Site";
    private static final String SCHEME = "Bearer ";

    private final byte @Nullable [] token;
    private final boolean loopback;

    /** @throws StartRefused if the token is too short; the message does not hold it */
    Guard(Optional<String> token, boolean loopback) {
        if (token.filter(given -> !GOOD_TOKEN.matcher(given).matches()).isPresent()) {
            throw new StartRefused(
                    "parley.ops.token (PARLEY_OPS_TOKEN) must be at least 16 characters of ASCII, no spaces");
        }
        this.token = token.map(Guard::bytes).orElse(null);
        this.loopback = loopback;
    }

    /** Whether nobody can be let in. */
    boolean isShut() {
        return token == null && !loopback;
    }

    /** @param host that the request is for, without its port; null if it names none */
    Optional<Denial> judge(MultiMap headers, @Nullable String host) {
        if (isShut()) {
            return Optional.of(Denial.NO_TOKEN_SET);
        }
        if (loopback && isOfPage(headers)) {
            return Optional.of(Denial.WEB_PAGE);
        }
        if (loopback && !isLoopback(host)) {
            return Optional.of(Denial.FOREIGN_HOST);
        }
        return token == null || isToken(headers.get(HttpHeaders.AUTHORIZATION), token)
                ? Optional.empty()
                : Optional.of(Denial.WRONG_TOKEN);
    }

    private static boolean isOfPage(MultiMap headers) {
        var site = headers.get(SITE);
        return headers.contains(HttpHeaders.ORIGIN)
                || (site != null && !site.equals("none") && !site.equals("same-origin"));
    }

    private static boolean isLoopback(@Nullable String host) {
        return host != null && LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
    }

    /** In a time that does not tell how much of it is right. */
    private static boolean isToken(@Nullable String authorization, byte[] token) {
        return authorization != null
                && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(
                        token, bytes(authorization.substring(SCHEME.length()).strip()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
