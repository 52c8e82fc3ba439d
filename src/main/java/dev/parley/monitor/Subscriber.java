package dev.parley.monitor;

import dev.parley.event.RecordedEvent;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One stream of server-sent events. Only on the event loop of its connection. Writes while the client reads; what it does
 * not read waits in the queue of events, which is bounded.
 */
final class Subscriber {
    private static final long SNAPSHOT_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long HEARTBEAT_NANOS = Duration.ofSeconds(15).toNanos();
    /** Written at once at most, so that a client that has stopped reading holds little more than its write queue. */
    private static final int CHUNK = 16 * 1024;

    private final HttpServerResponse response;
    private final List<Topic> topics;
    private final List<Feed> feeds;
    private final EventQueue events;
    private final OpsJson json;
    private final Map<String, String> shown = new HashMap<>();
    private Buffer out = Buffer.buffer();
    private @Nullable Long snapshotAt;
    private @Nullable Long stuckAt;
    private @Nullable Long writtenAt;

    /** @param feeds of what comes by the queue */
    Subscriber(HttpServerResponse response, List<Topic> topics, List<Feed> feeds, EventQueue events, OpsJson json) {
        this.response = response;
        this.topics = topics;
        this.feeds = feeds;
        this.events = events;
        this.json = json;
    }

    /** Writes what is new, if the client reads. */
    void pump(long nanos) {
        if (response.writeQueueFull()) {
            stuckAt = stuckAt == null ? nanos : stuckAt;
            return;
        }
        stuckAt = null;
        if (snapshotAt == null || nanos - snapshotAt >= SNAPSHOT_NANOS) {
            snapshotAt = nanos;
            topics.forEach(this::show);
        }
        appendEvents();
        if (out.length() > 0) {
            writtenAt = nanos;
        } else if (writtenAt == null || nanos - writtenAt >= HEARTBEAT_NANOS) {
            writtenAt = nanos;
            out.appendString(":\n\n");
        }
        flush();
    }

    /** Whether the client has read nothing for so long. */
    boolean isStuckFor(Duration patience, long nanos) {
        return stuckAt != null && nanos - stuckAt > patience.toNanos();
    }

    /** The last that the client hears. */
    void end(long nanos) {
        pump(nanos);
        append("end", json.write(new Ended("the server stops")));
        var _ = response.end(out);
    }

    private void show(Topic topic) {
        var now = json.write(topic.snapshot());
        if (!now.equals(shown.put(topic.topic(), now))) {
            append(topic.topic(), now);
        }
    }

    private void appendEvents() {
        events.take(event -> {
            feeds.forEach(feed -> tell(feed, event));
            if (out.length() >= CHUNK) {
                flush();
            }
            return !response.writeQueueFull();
        });
        long dropped = events.takeDropped();
        if (dropped > 0) {
            append("dropped", json.write(new Dropped(dropped)));
        }
    }

    private void tell(Feed feed, RecordedEvent event) {
        var told = feed.told(event);
        if (told != null) {
            append(feed.name(), json.write(told));
        }
    }

    private void append(String name, String data) {
        out.appendString("event: " + name + "\ndata: " + data + "\n\n");
    }

    private void flush() {
        if (out.length() > 0) {
            var _ = response.write(out);
            out = Buffer.buffer();
        }
    }

    /** @param events that came while the queue was full, and are not in the stream */
    @RegisterForReflection
    record Dropped(long events) {}

    @RegisterForReflection
    record Ended(String reason) {}
}
