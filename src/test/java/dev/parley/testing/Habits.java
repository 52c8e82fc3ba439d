package dev.parley.testing;

/**
 * How a client reads and how much it says.
 *
 * @param pace runs before each message is read, and may wait
 * @param receiveBuffer bytes that the kernel may take for it unread; 0 for as many as it likes
 * @param outbox most commands without an answer
 */
public record Habits(Runnable pace, int receiveBuffer, int outbox) {
    public static final Habits USUAL = new Habits(() -> {}, 0, 16);
}
