package dev.parley.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.History.Said;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The durable commands of one client that have no answer yet, in the order in which they were said: what a client keeps
 * until the server acknowledges it. Bounded: who wants to say more waits. Thread-safe.
 */
final class Outbox {
    private final Map<String, Command> waiting = new LinkedHashMap<>();
    private final Semaphore room;

    /** Its cid is also its id, so that the answer finds it on any connection. */
    record Command(Said said, String json, CompletableFuture<JsonNode> answer) {}

    Outbox(int limit) {
        room = new Semaphore(limit);
    }

    /** Blocks while it is full. */
    Command add(Said said, String json) {
        room.acquireUninterruptibly();
        var command = new Command(said, json, new CompletableFuture<>());
        synchronized (waiting) {
            waiting.put(said.cid(), command);
        }
        return command;
    }

    /** The server has said what became of it; null if it was answered before. */
    @Nullable
    Command answered(String cid) {
        synchronized (waiting) {
            var command = waiting.remove(cid);
            if (command != null) {
                room.release();
            }
            return command;
        }
    }

    @Nullable
    Command get(String cid) {
        synchronized (waiting) {
            return waiting.get(cid);
        }
    }

    List<Command> all() {
        synchronized (waiting) {
            return List.copyOf(waiting.values());
        }
    }

    int size() {
        synchronized (waiting) {
            return waiting.size();
        }
    }
}
