package dev.parley.log;

import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.ServerFrame;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How the outcome of a durable command is told to its sender. */
public final class Replies {
    private Replies() {}

    /**
     * The answer to the command {@code re} about {@code room}.
     *
     * @throws FaultyLine if the outcome is a fault of ours
     */
    public static ServerFrame to(@Nullable String re, UUID room, Appended outcome) {
        return switch (outcome) {
            case Appended.Written(long seq, var at) -> new ServerFrame.Written(re, room, seq, at, false);
            case Appended.Known(long seq, var at) -> new ServerFrame.Written(re, room, seq, at, true);
            case Appended.Refused refused ->
                switch (refused) {
                    case CID_CONFLICT ->
                        ServerFrame.Failed.of(re, ErrorCode.CID_CONFLICT, "this cid stands for another command");
                    case NOT_MEMBER -> ServerFrame.Failed.of(re, ErrorCode.NOT_MEMBER, "not a member of this room");
                    case NO_ROOM -> ServerFrame.Failed.of(re, ErrorCode.NOT_FOUND, "no such room");
                };
            case Appended.Unavailable(var retryAfter) ->
                ServerFrame.Failed.after(
                        re,
                        ErrorCode.UNAVAILABLE,
                        "the database does not answer; send it again with the same cid",
                        retryAfter);
            case Appended.Faulty(var cause) -> throw new FaultyLine(cause);
        };
    }

    /** A line that the database refused for a reason that is ours. */
    public static final class FaultyLine extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FaultyLine(Throwable cause) {
            super("a line could not be stored", cause);
        }
    }
}
