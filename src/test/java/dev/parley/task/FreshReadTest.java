package dev.parley.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FreshReadTest {
    private final List<Promise<String>> looks = new ArrayList<>();
    private final FreshRead read = new FreshRead(() -> {
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
}
