package dev.parley.session;

import dev.parley.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/** What became of a {@code hello}. */
public sealed interface Attachment {

    /**
     * The connection is attached.
     *
     * @param generation of this attachment, above all before it
     * @param secret for the client to keep; null if it resumed and has it
     */
    record Attached(
            Session session, long generation, @Nullable String secret) implements Attachment {
        public boolean resumed() {
            return secret == null;
        }
    }

    record Refused(ErrorCode code, String message) implements Attachment {}

    /**
     * No session was begun: all that the account may have are connected.
     *
     * @param most that many
     */
    record TooMany(int most) implements Attachment {}
}
