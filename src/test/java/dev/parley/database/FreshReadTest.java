package dev.parley.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.problem.FaultLog;
import dev.parley.testing.LogLines;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FreshReadTest {
    private final FaultLog faults = new FaultLog(new SimpleMeterRegistry());
    private final List<Promise<String>> looks = new ArrayList<>();
    private final FreshRead read = new FreshRead("test", faults, () -> {
        Promise<String> look = Promise.promise();
        looks.add(look);
        return look.future();
    });

    @Test
    void looksAtOnce() {
        var answer = read.now();
        looks.getFirst().complete("seen");

        assertThat(answer.result()).isEqualTo("seen");
    }

    @Test
    void answersWhoAsksMeanwhileByOneLookThatBeginsAfterwards() {
        var first = read.now();
        var second = read.now();
        var third = read.now();
        assertThat(looks).hasSize(1);

        looks.getFirst().complete("old");

        assertThat(first.isComplete()).isTrue();
        assertThat(looks).hasSize(2);
        assertThat(second.isComplete()).isFalse();
        looks.getLast().complete("fresh");
        assertThat(second.succeeded() && third.succeeded()).isTrue();
        assertThat(looks).hasSize(2);
    }

    @Test
    void looksAgainAfterOneThatFailed() {
        var first = read.now();
        var second = read.now();

        looks.getFirst().fail("away");
        looks.getLast().complete("seen");

        assertThat(first.failed()).isTrue();
        assertThat(second.succeeded()).isTrue();
        read.now();
        assertThat(looks).hasSize(3);
    }

    @Test
    void looksAgainAfterOneThatEndsWhileSomebodyAsks() {
        var begun = new AtomicInteger();
        var ending = new FreshRead("test", faults, () -> {
            begun.incrementAndGet();
            return endsWhileItIsAsked();
        });

        for (int asked = 1; asked <= 4; asked++) {
            var _ = ending.now();
            assertThat(begun).hasValue(asked);
        }
    }

    @Test
    void countsAsFailedThoughTheLookCannotEvenBegin() {
        var faulty = new FreshRead("test", faults, () -> {
            throw new IllegalStateException("a fault of ours");
        });

        assertThat(faulty.now().cause()).hasMessage("a fault of ours");
    }

    /** A database that is away is told of elsewhere, and once. */
    @Test
    void tellsTheLogWhatItFailsByIfNobodyWaits() {
        try (var log = LogLines.of(FaultLog.class)) {
            read.soon();
            looks.getLast().fail(new Interrupted(new PoolBusy()));
            assertThat(log.heard()).isEmpty();

            read.soon();
            looks.getLast().fail(new IllegalStateException("a fault of ours"));
            assertThat(log.heard())
                    .singleElement()
                    .asString()
                    .startsWith("ERROR A step of test failed; all else goes on");
        }
    }

    /** Not ended when it is asked whether it has, and so a moment later. */
    private static Future<?> endsWhileItIsAsked() {
        Promise<String> promise = Promise.promise();
        return (Future<?>) Proxy.newProxyInstance(
                FreshReadTest.class.getClassLoader(), new Class<?>[] {Future.class}, (_, method, arguments) -> {
                    if (method.getName().equals("isComplete")) {
                        return !promise.tryComplete("seen");
                    }
                    return method.invoke(promise.future(), arguments);
                });
    }
}
