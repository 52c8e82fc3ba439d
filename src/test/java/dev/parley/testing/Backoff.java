package dev.parley.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * How long a client stays away, by the rules of {@code docs/protocol.md}: what the server asks for wins, once; else a
 * random part of a time that doubles with each attempt, until the client has caught up with all its rooms. Not thread-safe.
 */
final class Backoff {
    /** Beyond it the longest pause is reached whatever the first one is. */
    private static final int MOST_DOUBLINGS = 20;

    private final Duration first;
    private final Duration longest;
    private final RandomGenerator random;
    private final Set<String> behind = new HashSet<>();
    private int attempts;
    private Duration asked = Duration.ZERO;
    private Duration jitter = Duration.ZERO;
    private boolean byeSaid;

    Backoff(Duration first, Duration longest, RandomGenerator random) {
        this.first = first;
        this.longest = longest;
        this.random = random;
    }

    /** Something that the server says. */
    void hears(JsonNode frame) {
        var room = frame.path("room").asText();
        switch (frame.path("type").asText()) {
            case "bye" -> bye(frame);
            case "caught_up" -> caughtUp(room);
            case "ok" -> {
                if (frame.has("more") && !frame.path("more").asBoolean()) {
                    caughtUp(room);
                }
            }
            default -> {}
        }
    }

    private void bye(JsonNode frame) {
        if (frame.has("after_ms")) {
            asked = Duration.ofMillis(frame.path("after_ms").asLong());
            jitter = Duration.ofMillis(frame.path("jitter_ms").asLong());
            byeSaid = true;
        }
    }

    /** A connection that only just comes up is no success, unless there is nothing to catch up with. */
    void welcomed(Set<UUID> rooms) {
        behind.clear();
        rooms.forEach(room -> behind.add(room.toString()));
        if (behind.isEmpty()) {
            attempts = 0;
        }
    }

    private void caughtUp(String room) {
        if (behind.remove(room) && behind.isEmpty()) {
            attempts = 0;
        }
    }

    /** An upgrade was refused, and not to be tried again so soon. */
    void retryAfter(Duration least) {
        asked = least;
    }

    /** Before the next attempt; never less than what was {@link #asked}. */
    Duration next() {
        var pause = asked.plus(part(byeSaid ? jitter : growing()));
        attempts++;
        asked = Duration.ZERO;
        byeSaid = false;
        return pause;
    }

    /** What the server asked for the next attempt to wait at least. */
    Duration asked() {
        return asked;
    }

    private Duration growing() {
        var grown = first.multipliedBy(1L << Math.min(attempts, MOST_DOUBLINGS));
        return grown.compareTo(longest) < 0 ? grown : longest;
    }

    private Duration part(Duration whole) {
        return Duration.ofNanos(random.nextLong(whole.toNanos() + 1));
    }
}
