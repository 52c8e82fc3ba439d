package dev.parley.testing;

/** A promise that was not kept, and where. */
public record Flaw(Kind kind, String where) {

    public enum Kind {
        /** Acknowledged, but not stored; or stored, but not delivered to who read the room to its end. */
        LOST,
        /** Stored or delivered, but said by nobody; or delivered, but not stored. */
        PHANTOM,
        /** Stored or newly acknowledged twice. */
        DUPLICATED,
        /** Acknowledged at another seq than it is stored at. */
        MISPLACED,
        /** Refused for good, and stored all the same. */
        REFUSED_BUT_STORED,
        /** A later one was delivered before an earlier one, or never the earlier one. */
        HOLE,
        /** Delivered as another entry than the one that is stored there. */
        DISAGREEMENT,
        /** Said after another was seen, and stored before it. */
        ORDER,
        /** The room's numbers are not 1, 2, 3 … up to its head, or its count is not that of its messages. */
        BURNT
    }
}
