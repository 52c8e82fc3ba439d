package dev.parley.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An operator's client that follows {@code /ops/stream}. It reads all the time; closing it hangs up. */
public final class OpsStream implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpResponse<InputStream> response;
    private final List<Said> said = new CopyOnWriteArrayList<>();
    private volatile boolean over;

    /** One server-sent event. */
    public record Said(String event, JsonNode data) {}

    private OpsStream(HttpResponse<InputStream> response) {
        this.response = response;
        var _ = Thread.ofVirtual().start(this::read);
    }

    public static OpsStream opens(URI stream, HttpClient.Version version) {
        try {
            var request = HttpRequest.newBuilder(stream).version(version).build();
            return new OpsStream(TestHttp.CLIENT.send(request, BodyHandlers.ofInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** By HTTP/1.1, as curl does. */
    public static OpsStream opens(URI stream) {
        return opens(stream, HttpClient.Version.HTTP_1_1);
    }

    public int status() {
        return response.statusCode();
    }

    public String contentType() {
        return response.headers().firstValue("Content-Type").orElse("");
    }

    /** All that came, up to now. */
    public List<Said> said() {
        return List.copyOf(said);
    }

    public List<JsonNode> said(String event) {
        return said.stream()
                .filter(one -> one.event().equals(event))
                .map(Said::data)
                .toList();
    }

    /** Whether the server has ended it. */
    public boolean isOver() {
        return over;
    }

    @Override
    public void close() {
        try {
            response.body().close();
        } catch (IOException _) {
            // it is gone already
        }
    }

    private void read() {
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            var event = "";
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event: ")) {
                    event = line.substring("event: ".length());
                } else if (line.startsWith("data: ")) {
                    said.add(new Said(event, JSON.readTree(line.substring("data: ".length()))));
                }
            }
        } catch (IOException _) {
            // cut
        } finally {
            over = true;
        }
    }
}
