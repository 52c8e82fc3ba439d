package dev.parley.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The plain values that a client keeps to resume from: session, secret, and the highest seq that it has of each room. */
final class Kept {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<UUID, Long> seqs = new ConcurrentHashMap<>();
    private volatile @Nullable String session;
    private volatile @Nullable String secret;

    Map<UUID, Long> seqs() {
        return Map.copyOf(seqs);
    }

    void begin(UUID room) {
        seqs.put(room, 0L);
    }

    void has(UUID room, long seq) {
        seqs.merge(room, seq, Math::max);
    }

    /** The server gave or confirmed the session. */
    void welcomed(JsonNode welcome) {
        session = welcome.path("session").asText();
        if (welcome.hasNonNull("secret")) {
            secret = welcome.path("secret").asText();
        }
    }

    /** The server does not know the session: the next hello asks for a new one, what was read stays read. */
    void sessionUnknown() {
        session = null;
    }

    String hello(String id, String token) {
        var hello = frame("hello").put("id", id).put("token", token);
        if (session != null) {
            var resume = hello.putObject("resume").put("session", session).put("secret", secret);
            put(resume.putObject("rooms"));
        }
        return hello.toString();
    }

    String open(UUID room) {
        return frame("open")
                .put("room", room.toString())
                .put("since", seqs.get(room))
                .toString();
    }

    String ack() {
        var ack = frame("ack");
        put(ack.putObject("cursors"));
        return ack.toString();
    }

    private void put(ObjectNode into) {
        seqs.forEach((room, seq) -> into.put(room.toString(), seq));
    }

    private static ObjectNode frame(String type) {
        return JSON.createObjectNode().put("type", type);
    }
}
