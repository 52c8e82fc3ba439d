package dev.parley.log;

import java.time.Duration;
import java.time.Instant;

/** What became of a line. */
public sealed interface Appended {

    /** The line is committed at {@code seq}. */
    sealed interface Committed extends Appended {
        long seq();

        Instant at();
    }

    /** Written now. */
    record Written(long seq, Instant at) implements Committed {}

    /** Written before, under the same cid (or, for a join, by an earlier join). */
    record Known(long seq, Instant at) implements Committed {}

    /** Nothing was written, and nothing will be. */
    enum Refused implements Appended {
        /** The cid stands for another payload. */
        CID_CONFLICT,
        NOT_MEMBER,
        /** No such room, or a private one that the sender is not in. */
        NO_ROOM
    }

    /** The database did not answer in time: perhaps written, perhaps not. The same line may be tried again. */
    record Unavailable(Duration retryAfter) implements Appended {}

    /** The line itself cannot be stored; a fault of ours. Nothing was written. */
    record Faulty(Throwable cause) implements Appended {}
}
