package dev.parley.process;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Many of a kind made by a few threads: what mostly waits for a server takes a fraction of the time. */
final class Together {
    private static final int THREADS = 8;

    private Together() {}

    /** One for each number from 0 on, in their order; the first failure is thrown. */
    static <T> List<T> make(int size, IntFunction<T> one) {
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            var made = IntStream.range(0, size)
                    .mapToObj(i -> threads.submit(() -> one.apply(i)))
                    .toList();
            return made.stream()
                    .map(future -> {
                        try {
                            return future.get();
                        } catch (Exception e) {
                            throw new AssertionError(e);
                        }
                    })
                    .toList();
        }
    }
}
