package dev.parley.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What clients did and saw, in one order that respects time: an event is recorded before the act that it announces and
 * after the one that it reports. The {@link Checker} judges it. Thread-safe.
 */
public final class History {
    private final List<Event> events = new ArrayList<>();

    /** What makes a durable command one and the same: the room, the account and the account's id for it. */
    public record Said(UUID room, UUID by, String cid) {}

    public sealed interface Event {

        /** A client is about to send it, for the first time. */
        record Invoked(Said said) implements Event {}

        /** The server answered {@code ok}. */
        record Acknowledged(Said said, long seq, boolean dup) implements Event {}

        /** The server answered that it did not and will not happen. */
        record Refused(Said said, String code) implements Event {}

        /** The connection ended or the server gave up before an answer: it may be there or not. */
        record Unknown(Said said) implements Event {}

        /** A client reads the room from above {@code since} on, and to the end. */
        record Subscribed(String client, UUID room, long since) implements Event {}

        record Delivered(String client, long seq, Said said) implements Event {}

        /** A client is back on a connection; {@code resumed} if its session was still known. */
        record Returned(String client, boolean resumed) implements Event {}
    }

    public void add(Event event) {
        synchronized (events) {
            events.add(event);
        }
    }

    public List<Event> events() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }
}
