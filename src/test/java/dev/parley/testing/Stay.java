package dev.parley.testing;

import java.util.Set;

/** What is to be remembered of one connection when it has ended. */
final class Stay {
    private static final int NO_HELLO = 4504;
    private static final int FINAL = 4500;
    private static final Set<Integer> FINAL_OF_RFC_6455 = Set.of(1000, 1002, 1003, 1007, 1008, 1009);

    boolean welcomed;
    /** Whether the server has announced the end. */
    boolean bye;
    /** Of the server's close frame, 0 if there was none. */
    int code;

    /** Whether the client must not come back. A hello of ours may have been on its way when we counted as saying none. */
    boolean isFinal() {
        return FINAL_OF_RFC_6455.contains(code) || (code >= FINAL && code != NO_HELLO);
    }
}
