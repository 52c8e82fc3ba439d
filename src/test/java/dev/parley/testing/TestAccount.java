package dev.parley.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.UUID;

/** An account that a test has registered, signed in. */
public record TestAccount(String id, String name, String token, Instant expiry) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PASSWORD = "correct horse";

    /** Registers a new account, whose name begins so, and signs it in. */
    public static TestAccount registers(URI base, String nick) {
        var name = nick + "-" + UUID.randomUUID().toString().substring(0, 12);
        var credentials = "{\"name\":\"%s\",\"password\":\"%s\"}".formatted(name, PASSWORD);
        var id = post(base, "/api/accounts", credentials).path("id").asText();
        var issued = post(base, "/api/tokens", credentials);
        var expiry = Instant.parse(issued.path("expires_at").asText());
        return new TestAccount(id, name, issued.path("token").asText(), expiry);
    }

    /** A connection of this account, greeted. */
    public ChatClient connects(URI base) {
        return ChatClient.greets(base, token);
    }

    private static JsonNode post(URI base, String path, String body) {
        try {
            var request = HttpRequest.newBuilder(URI.create(base.toString().replaceFirst("/$", "") + path))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(body))
                    .build();
            var response = TestHttp.CLIENT.send(request, BodyHandlers.ofString());
            if (response.statusCode() >= 300) {
                throw new AssertionError(path + " answered " + response.statusCode() + " " + response.body());
            }
            return JSON.readTree(response.body());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
