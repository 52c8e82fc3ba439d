package dev.parley.micro;

import java.util.Random;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** What is said in the benchmarks: the same in every run, and no two alike, so that nothing is learned by heart. */
public final class Samples {
    /** How many there are of each; a power of two. */
    public static final int COUNT = 256;

    public static final int BODY_BYTES = 100;

    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz      ,.";

    private Samples() {}

    public static UUID uuid(int n) {
        var random = new Random(n);
        return new UUID(random.nextLong(), random.nextLong());
    }

    /** Text of 100 bytes, all ASCII. */
    public static String body(int n) {
        return new Random(n)
                .ints(BODY_BYTES, 0, LETTERS.length())
                .mapToObj(i -> LETTERS.substring(i, i + 1))
                .reduce("", String::concat);
    }

    /** Text of 100 bytes, more than half of it characters of two, three and four bytes. */
    public static String manyTongues(int n) {
        return "κόσμε".repeat(3) + "€😀€😀€" + body(n).substring(0, 43) + "αβγδε";
    }

    /** The frame by which a client says it. */
    public static String send(int n, String body) {
        return "{\"type\":\"send\",\"id\":\"%d\",\"room\":\"%s\",\"cid\":\"%s\",\"body\":\"%s\"}"
                .formatted(1000 + n, uuid(n), uuid(-n), body);
    }

    /** So many of them. */
    public static <T> T[] all(IntFunction<T> sample, IntFunction<T[]> array) {
        return IntStream.range(0, COUNT).mapToObj(sample).toArray(array);
    }
}
