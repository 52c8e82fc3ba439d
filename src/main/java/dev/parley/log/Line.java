package dev.parley.log;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * What a sender wants in a room's log.
 *
 * @param cid the client's id for it: the same cid with the same kind and payload is the same line
 * @param payload a JSON object without NUL characters
 */
public record Line(UUID room, UUID sender, String cid, Kind kind, String payload) {

    /** What stands at most once in the log. */
    record Command(UUID room, UUID sender, String cid) {}

    Command command() {
        return new Command(room, sender, cid);
    }

    /** SHA-256 over kind and payload: what makes two commands under one cid the same. */
    byte[] hash() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(kind.wireName().getBytes(StandardCharsets.US_ASCII));
            return digest.digest(payload.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "Line[room=" + room + ", cid=" + cid + ", kind=" + kind + "]"; // never the payload
    }
}
