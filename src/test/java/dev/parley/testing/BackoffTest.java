package dev.parley.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(1);
    private static final Duration HALF = Duration.ofMillis(500);

    private final Backoff backoff = new Backoff(FIRST, LONGEST, new Random(1));

    @Test
    void spreadsOverAWholeTimeThatDoublesUpToItsBound() {
        for (var whole : new Duration[] {FIRST, FIRST.multipliedBy(2), FIRST.multipliedBy(4), FIRST.multipliedBy(8)}) {
            assertThat(backoff.next()).isBetween(Duration.ZERO, whole);
        }
        var pauses = Stream.generate(backoff::next).limit(200).toList();
        assertThat(pauses).allMatch(pause -> pause.compareTo(LONGEST) <= 0);
        assertThat(pauses).anyMatch(pause -> pause.compareTo(LONGEST.dividedBy(10)) < 0);
        assertThat(pauses)
                .anyMatch(pause -> pause.compareTo(LONGEST.multipliedBy(9).dividedBy(10)) > 0);
    }

    @Test
    void beginsAnewOnceItHasCaughtUpWithEachRoom() throws IOException {
        var rooms = List.of(UUID.randomUUID(), UUID.randomUUID());
        Stream.generate(backoff::next).limit(10).forEach(_ -> {});
        backoff.welcomed(Set.copyOf(rooms));
        backoff.hears(frame("{'type':'caught_up','room':'%s'}".formatted(rooms.getFirst())));
        assertThat(Stream.generate(backoff::next).limit(50)).anyMatch(pause -> pause.compareTo(HALF) > 0);

        backoff.hears(frame("{'type':'ok','room':'%s','entries':[],'more':false}".formatted(rooms.getLast())));

        assertThat(backoff.next()).isLessThanOrEqualTo(FIRST);
    }

    @Test
    void beginsAnewWithTheWelcomeIfThereIsNoRoom() {
        Stream.generate(backoff::next).limit(10).forEach(_ -> {});

        backoff.welcomed(Set.of());

        assertThat(backoff.next()).isLessThanOrEqualTo(FIRST);
    }

    @Test
    void doesWhatTheServerAsksForOnce() throws IOException {
        backoff.hears(frame("{'type':'bye','after_ms':500,'jitter_ms':10}"));

        assertThat(backoff.next()).isBetween(HALF, HALF.plusMillis(10));
        assertThat(backoff.next()).isLessThanOrEqualTo(FIRST.multipliedBy(2));
    }

    @Test
    void addsItsOwnPartToWhatARefusedUpgradeAsksFor() {
        backoff.retryAfter(HALF);

        assertThat(backoff.next()).isBetween(HALF, HALF.plus(FIRST));
    }

    private static JsonNode frame(String text) throws IOException {
        return new ObjectMapper().readTree(text.replace('\'', '"'));
    }
}
