package dev.parley.process;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.ChatClient;
import dev.parley.testing.History;
import dev.parley.testing.History.Event;
import dev.parley.testing.History.Said;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.TestAccount;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** One of several that come to the same session, each on a node of its own. What it says is in the history. */
final class Device implements AutoCloseable {
    private final TestAccount account;
    private final ChatClient socket;
    private final History history;
    private final AtomicLong generation = new AtomicLong();

    Device(TestAccount account, ParleyProcess node, History history) {
        this.account = account;
        this.history = history;
        this.socket = ChatClient.connects(node.baseUri());
    }

    /** Begins the session. */
    JsonNode begins() {
        return socket.asks("{\"type\":\"hello\",\"token\":\"" + account.token() + "\"}");
    }

    /** Comes back to the session when all are ready, says something in the room if it is let in, and waits for what comes of it. */
    void contends(JsonNode welcome, UUID room, CountDownLatch ready) {
        ready.countDown();
        try {
            ready.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        socket.says("""
                {"type":"hello","id":"h","token":"%s","resume":{"session":"%s","secret":"%s"}}""".formatted(
                        account.token(),
                        welcome.path("session").asText(),
                        welcome.path("secret").asText()));
        var answer = socket.hears("what comes of hello", frame -> isLast(frame) || is(frame, "welcome"));
        if (is(answer, "welcome")) {
            generation.set(answer.path("generation").asLong());
            says(room);
        }
    }

    /** As a client may that has just been let in, and may be out again. */
    private void says(UUID room) {
        var said =
                new Said(room, UUID.fromString(account.id()), UUID.randomUUID().toString());
        history.add(new Event.Invoked(said));
        try {
            socket.says("""
                    {"type":"send","id":"%s","cid":"%1$s","room":"%s","body":"me!"}""".formatted(said.cid(), room));
        } catch (AssertionError closed) { // it is out already
            history.add(new Event.Unknown(said));
            return;
        }
        var answer = socket.hears(
                "what comes of it",
                frame -> isLast(frame) || frame.path("re").asText().equals(said.cid()));
        if (is(answer, "ok")) {
            history.add(new Event.Acknowledged(
                    said, answer.path("seq").asLong(), answer.path("dup").asBoolean()));
        } else {
            history.add(new Event.Unknown(said));
        }
    }

    /** As which it was let in; 0 if it was not. */
    long generation() {
        return generation.get();
    }

    boolean isOpen() {
        return socket.isOpen();
    }

    int closeCode() {
        return socket.closeCode();
    }

    /** It is served. */
    boolean isServed() {
        return is(socket.asks("{\"type\":\"ping\"}"), "ok");
    }

    private static boolean isLast(JsonNode frame) {
        return is(frame, "bye") || is(frame, "error");
    }

    private static boolean is(JsonNode frame, String type) {
        return frame.path("type").asText().equals(type);
    }

    @Override
    public void close() {
        socket.close();
    }
}
