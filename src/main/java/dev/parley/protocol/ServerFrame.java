package dev.parley.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the server may say. {@link Ok} and {@link Failed} answer a command and repeat its id as {@code re}; all others are
 * pushed. The {@code entry} frame has no record: {@link EncodedEntry#frame} makes it.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(name = "welcome", value = ServerFrame.Welcome.class),
    @JsonSubTypes.Type(name = "ok", value = ServerFrame.Done.class),
    @JsonSubTypes.Type(name = "ok", value = ServerFrame.Written.class),
    @JsonSubTypes.Type(name = "ok", value = ServerFrame.Opened.class),
    @JsonSubTypes.Type(name = "ok", value = ServerFrame.Page.class),
    @JsonSubTypes.Type(name = "ok", value = ServerFrame.Online.class),
    @JsonSubTypes.Type(name = "error", value = ServerFrame.Failed.class),
    @JsonSubTypes.Type(name = "entries", value = ServerFrame.Entries.class),
    @JsonSubTypes.Type(name = "caught_up", value = ServerFrame.CaughtUp.class),
    @JsonSubTypes.Type(name = "gap", value = ServerFrame.Gap.class),
    @JsonSubTypes.Type(name = "lag", value = ServerFrame.Lag.class),
    @JsonSubTypes.Type(name = "typing", value = ServerFrame.Typing.class),
    @JsonSubTypes.Type(name = "presence", value = ServerFrame.Presence.class),
    @JsonSubTypes.Type(name = "ping", value = ServerFrame.Ping.class),
    @JsonSubTypes.Type(name = "bye", value = ServerFrame.Bye.class)
})
public sealed interface ServerFrame {

    /**
     * Answers {@code hello}.
     *
     * @param secret what the client needs to resume; only with a new session
     * @param heads of the rooms that the client asked to resume and that are open again
     */
    record Welcome(
            @Nullable String re,
            UUID session,
            @Nullable String secret,
            long generation,
            boolean resumed,
            long pingMs,
            Limits limits,
            Server server,
            Map<UUID, Long> heads)
            implements ServerFrame {}

    record Limits(long frameBytes, int bodyBytes, int page, int rooms) {}

    record Server(String version, UUID node) {}

    /** A command succeeded. */
    sealed interface Ok extends ServerFrame {}

    /** Nothing more to say than that it is done. */
    record Done(@Nullable String re) implements Ok {}

    /** A durable command is committed at {@code seq}; {@code dup} if it was so before. */
    record Written(@Nullable String re, UUID room, long seq, Instant at, boolean dup) implements Ok {}

    /** The room as it stands at {@code head}. {@code more}: entries between these and the head will follow. */
    record Opened(
            @Nullable String re,
            UUID room,
            String name,
            Visibility visibility,
            Me me,
            List<Member> members,
            long memberCount,
            long head,
            long floor,
            List<EncodedEntry> entries,
            boolean more)
            implements Ok {}

    /** The reader's own part in a room; {@code cursor} is what this session acknowledged last. */
    record Me(UUID id, String role, long cursor) {}

    record Member(UUID id, String name, String role) {}

    /** A page of history in seq order; {@code more} in the direction that was asked for. */
    record Page(@Nullable String re, UUID room, List<EncodedEntry> entries, boolean more) implements Ok {}

    /** Those who are online of the members of {@code room}; null if users were named: of these. */
    record Online(@Nullable String re, @Nullable UUID room, Set<UUID> online) implements Ok {}

    /**
     * A command failed, or (with neither {@code re} nor an id in the command) something the server did for the client.
     *
     * @param errorId of the line in the server's log that has the cause; only for faults of the server
     */
    record Failed(
            @Nullable String re,
            @Nullable UUID room,
            ErrorCode code,
            String message,
            ErrorCode.Retry retry,
            @Nullable Long retryAfterMs,
            @Nullable String errorId)
            implements ServerFrame {

        public static Failed of(@Nullable String re, ErrorCode code, String message) {
            return new Failed(re, null, code, message, code.retry(), null, null);
        }

        public static Failed after(@Nullable String re, ErrorCode code, String message, Duration wait) {
            return new Failed(re, null, code, message, code.retry(), wait.toMillis(), null);
        }

        /** A fault of the server's; {@code errorId} stands in its log. */
        public static Failed fault(@Nullable String re, ErrorCode code, String message, Duration wait, String errorId) {
            return new Failed(re, null, code, message, code.retry(), wait.toMillis(), errorId);
        }

        public static Failed about(UUID room, ErrorCode code, String message) {
            return new Failed(null, room, code, message, code.retry(), null, null);
        }
    }

    /** Entries {@code from} to {@code to} of a room, for a reader that is behind. */
    record Entries(UUID room, long from, long to, List<EncodedEntry> entries) implements ServerFrame {}

    /** The reader has all that the room's log held when it opened it, and is live. */
    record CaughtUp(UUID room) implements ServerFrame {}

    /** Entries {@code from} to {@code to} cannot be had any more. */
    record Gap(UUID room, long from, long to, String reason) implements ServerFrame {
        /** They are older than the room keeps. */
        public static Gap expired(UUID room, long from, long to) {
            return new Gap(room, from, to, "expired");
        }
    }

    /** The client's window is full: nothing more of these rooms until it acknowledges. */
    record Lag(Map<UUID, Long> heads) implements ServerFrame {}

    record Typing(UUID room, UUID by, boolean on) implements ServerFrame {}

    /** Who is online in a watched room, and who no longer or no longer a member, since the client was told last. */
    record Presence(UUID room, Set<UUID> online, Set<UUID> offline) implements ServerFrame {}

    /** Still here. {@code heads} of the open rooms, so that a client sees a hole without new traffic. */
    record Ping(long n, Map<UUID, Long> heads) implements ServerFrame {}

    /** The server is about to close the connection, with this code. */
    record Bye(
            int code,
            String reason,
            boolean reconnect,
            @Nullable Long afterMs,
            @Nullable Long jitterMs) implements ServerFrame {
        public static Bye of(CloseCode code, String reason) {
            return new Bye(code.code(), reason, code.reconnect(), null, null);
        }

        /** The client should come back after {@code wait} and a random part of {@code jitter}. */
        public static Bye of(CloseCode code, String reason, Duration wait, Duration jitter) {
            return new Bye(code.code(), reason, code.reconnect(), wait.toMillis(), jitter.toMillis());
        }
    }
}
