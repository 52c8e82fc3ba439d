package dev.parley.database;

import dev.parley.StartRefused;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a PostgreSQL database is, as {@code DB_URL} says it:
 * {@code postgresql://user:password@host:port/database?sslmode=require}. User, password and database may be
 * percent-encoded, an IPv6 host stands in brackets, the port is 5432 if there is none.
 *
 * @param parameters what both drivers understand alike: {@code sslmode} and {@code options}. Any other one is refused
 *     and not dropped: it might be one that somebody relies on.
 */
public record DatabaseUrl(
        String host,
        int port,
        String database,
        String user,
        Optional<String> password,
        Map<String, String> parameters) {

    private static final int DEFAULT_PORT = 5432;
    private static final Set<String> KNOWN_PARAMETERS = Set.of("sslmode", "options");
    private static final Pattern FORM = Pattern.compile("(?:postgresql|postgres)://"
            + "(?:(?<user>[^:/?#]*?)(?::(?<password>[^/?#]*))?@)?"
            + "(?<host>\\[[0-9A-Fa-f:.%]+]|[^\\[\\]@:/?#]+)(?::(?<port>[0-9]{1,5}))?"
            + "/(?<database>[^/?#]+)(?:\\?(?<query>[^#]*))?");

    public DatabaseUrl {
        parameters = Map.copyOf(parameters);
    }

    /**
     * Reads the three variables; {@code user} and {@code password} win over what stands in the URL.
     *
     * @throws StartRefused naming the variable at fault, never its value
     */
    public static DatabaseUrl parse(String url, Optional<String> user, Optional<String> password) {
        Matcher parts = FORM.matcher(url.strip());
        if (!parts.matches()) {
            throw new StartRefused(
                    "DB_URL is not of the form postgresql://user:password@host:port/database (reserved characters in"
                            + " user, password or database are percent-encoded)");
        }
        String name = user.or(() -> decoded(parts.group("user")))
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new StartRefused("DB_USER is missing, and DB_URL names no user"));
        return new DatabaseUrl(
                parts.group("host"),
                port(parts.group("port")),
                decoded(parts.group("database")).orElseThrow(),
                name,
                password.or(() -> decoded(parts.group("password"))),
                parameters(parts.group("query")));
    }

    /** The Quarkus properties of the default data source, for the pool and for JDBC alike. */
    public Map<String, String> properties() {
        String location = "postgresql://" + host + ":" + port + "/" + encoded(database) + query();
        var properties = new LinkedHashMap<String, String>();
        properties.put("quarkus.datasource.reactive.url", location);
        properties.put("quarkus.datasource.jdbc.url", "jdbc:" + location);
        properties.put("quarkus.datasource.username", user);
        password.ifPresent(secret -> properties.put("quarkus.datasource.password", secret));
        return properties;
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "postgresql://" + encoded(user) + "@" + host + ":" + port + "/" + encoded(database) + query();
    }

    private String query() {
        return parameters.isEmpty()
                ? ""
                : parameters.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(parameter -> parameter.getKey() + "=" + encoded(parameter.getValue()))
                        .collect(Collectors.joining("&", "?", ""));
    }

    private static int port(@Nullable String text) {
        int port = text == null ? DEFAULT_PORT : Integer.parseInt(text);
        if (port < 1 || port > 65535) {
            throw new StartRefused("DB_URL has a port that is none: " + port);
        }
        return port;
    }

    private static Map<String, String> parameters(@Nullable String query) {
        var parameters = new LinkedHashMap<String, String>();
        if (query == null || query.isEmpty()) {
            return parameters;
        }
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? parameter : parameter.substring(0, equals);
            if (!KNOWN_PARAMETERS.contains(name)) {
                throw new StartRefused("DB_URL has the parameter '" + name
                        + "', which is not known; sslmode and options are. Set others by quarkus.datasource.*");
            }
            parameters.put(
                    name,
                    decoded(parameter.substring(equals + 1))
                            .filter(_ -> equals >= 0)
                            .orElse(""));
        }
        return parameters;
    }

    private static Optional<String> decoded(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            // URLDecoder reads "+" as a space, which is the custom of forms and not of URLs.
            return Optional.of(URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException _) {
            // Without the cause: its message quotes the text, which may be the password.
            throw new StartRefused("DB_URL has a '%' that begins no percent-encoded character");
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
