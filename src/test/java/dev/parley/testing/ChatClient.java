package dev.parley.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A chat client over a real socket: says JSON and hears JSON, as strangers to the code would. Each wait has a limit and
 * fails with all that was heard and not yet asked for.
 */
public final class ChatClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final AtomicLong IDS = new AtomicLong();

    private final List<JsonNode> heard = new ArrayList<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final WebSocket socket;

    private ChatClient(HttpClient http, URI base) throws Exception {
        var chat = URI.create(base.toString().replaceFirst("^http", "ws").replaceFirst("/$", "") + "/chat");
        socket = http.newWebSocketBuilder()
                .subprotocols("parley.v1+json")
                .buildAsync(chat, new Ears())
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Opens a socket to the server at {@code base} (http://…) and says nothing yet. */
    public static ChatClient connects(URI base) {
        try {
            return new ChatClient(TestHttp.CLIENT, base);
        } catch (Exception e) {
            throw new AssertionError("no connection to " + base, e);
        }
    }

    /** Opens a socket and says hello; the {@code welcome} is heard already. */
    public static ChatClient greets(URI base, String token) {
        var client = connects(base);
        client.asks("{\"type\":\"hello\",\"token\":\"" + token + "\"}");
        return client;
    }

    /** Sends the text as it is. */
    public void says(String text) {
        try {
            socket.sendText(text, true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("could not say " + text, e);
        }
    }

    /** Sends the bytes as one binary frame. */
    public void saysBinary(byte... bytes) {
        try {
            socket.sendBinary(ByteBuffer.wrap(bytes), true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("could not say bytes", e);
        }
    }

    /** Sends a command, with an id of its own, and waits for its answer: welcome, ok or error. */
    public JsonNode asks(String json) {
        var re = asksLater(json);
        return hears(
                "the answer to " + json, frame -> re.equals(frame.path("re").asText()));
    }

    /** Sends a command with an id of its own, which is returned. */
    public String asksLater(String json) {
        try {
            var id = String.valueOf(IDS.incrementAndGet());
            says(((ObjectNode) JSON.readTree(json)).put("id", id).toString());
            return id;
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** The next frame of that type that nobody asked for yet. */
    public JsonNode hears(String type) {
        return hears(
                "a frame of type " + type,
                frame -> type.equals(frame.path("type").asText()));
    }

    /** The next such frame that nobody asked for yet. */
    public JsonNode hears(String what, Predicate<JsonNode> wanted) {
        synchronized (heard) {
            waitsUntil(what, all -> all.stream().anyMatch(wanted));
            var frame = heard.stream().filter(wanted).findFirst().orElseThrow();
            heard.remove(frame);
            return frame;
        }
    }

    /** Waits until what was heard and not asked for is so, and leaves it there. */
    public void waitsUntil(String what, Predicate<List<JsonNode>> wanted) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        synchronized (heard) {
            while (!wanted.test(heard)) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError("did not hear " + what + ", but " + heard + closing());
                }
                await(left);
            }
        }
    }

    /** All that was heard and not asked for, as it stands; without the server's pings, which come at any moment. */
    public List<JsonNode> heardSoFar() {
        synchronized (heard) {
            return heard.stream()
                    .filter(frame -> !frame.path("type").asText().equals("ping"))
                    .toList();
        }
    }

    /** The code with which the server closed. */
    public int closeCode() {
        try {
            return closed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the connection was not closed; heard " + heardSoFar(), e);
        }
    }

    public boolean isOpen() {
        return !closed.isDone();
    }

    /** Cuts the socket without a word. */
    public void vanishes() {
        socket.abort();
    }

    @Override
    public void close() {
        socket.abort();
    }

    private String closing() {
        return closed.isDone() ? " before the connection was closed with " + closed.join() : "";
    }

    private void await(long millis) {
        try {
            heard.wait(millis);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private final class Ears implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                try {
                    var frame = JSON.readTree(text.toString());
                    synchronized (heard) {
                        heard.add(frame);
                        heard.notifyAll();
                    }
                } catch (JsonProcessingException e) {
                    throw new AssertionError("the server said what is not JSON: " + text, e);
                }
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable fault) {
            closed.complete(1006); // RFC 6455 section 7.1.5: closed without a close frame
        }
    }
}
