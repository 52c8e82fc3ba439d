package dev.parley.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.event.RecordedEvent;
import dev.parley.event.Subjects;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SubscriberTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final EventQueue events = new EventQueue(3);
    private final Weather weather = new Weather();
    private final Wire wire = new Wire();
    private final Subscriber subscriber = new Subscriber(
            wire.response(), List.of(weather), List.of(new Everything(), new Rain()), events, new OpsJson());

    @Test
    void showsATopicAtOnceAndThenOnlyIfItHasChangedWithinASecond() {
        subscriber.pump(0);
        assertThat(wire.takes()).isEqualTo("event: weather\ndata: {\"sky\":\"grey\"}\n\n");

        subscriber.pump(SECOND);
        weather.sky = "blue";
        subscriber.pump(SECOND + SECOND / 2);
        assertThat(wire.takes()).isEmpty();

        subscriber.pump(2 * SECOND);
        assertThat(wire.takes()).isEqualTo("event: weather\ndata: {\"sky\":\"blue\"}\n\n");
    }

    @Test
    void tellsEventsAndThenHowManyWereDropped() {
        subscriber.pump(0);
        var _ = wire.takes();
        for (int i = 1; i <= 5; i++) {
            events.add(new RecordedEvent(i, Instant.EPOCH, "Rain", Subjects.of("here"), "t", 7, null));
        }

        subscriber.pump(1);

        assertThat(wire.takes().lines().filter(line -> line.startsWith("data")))
                .startsWith("data: {\"number\":1,\"at\":\"1970-01-01T00:00:00Z\",\"type\":\"Rain\","
                        + "\"subjects\":{\"what\":\"here\"},\"thread\":\"t\",\"dispatch_nanos\":7}")
                .hasSize(7)
                .endsWith("data: {\"events\":2}");
    }

    @Test
    void tellsAnEventByEachFeedThatHasIt() {
        subscriber.pump(0);
        var _ = wire.takes();
        events.add(new RecordedEvent(1, Instant.EPOCH, "Rain", Subjects.of("here"), "t", 7, null));
        events.add(new RecordedEvent(1, Instant.EPOCH, "Sun", Subjects.of("there"), "t", 7, null));

        subscriber.pump(1);

        assertThat(wire.takes().lines().filter(line -> line.startsWith("event")))
                .containsExactly("event: event", "event: rain", "event: event");
    }

    @Test
    void beatsWhenThereIsNothingToSay() {
        subscriber.pump(0);
        var _ = wire.takes();

        subscriber.pump(14 * SECOND);
        assertThat(wire.takes()).isEmpty();
        subscriber.pump(15 * SECOND);
        assertThat(wire.takes()).isEqualTo(":\n\n");
        subscriber.pump(16 * SECOND);
        assertThat(wire.takes()).isEmpty();
    }

    @Test
    void isStuckOnceItsClientHasReadNothingForTooLong() {
        subscriber.pump(0);
        var _ = wire.takes();
        wire.full = true;

        subscriber.pump(SECOND);
        subscriber.pump(11 * SECOND);
        assertThat(subscriber.isStuckFor(PATIENCE, 11 * SECOND)).isFalse();
        assertThat(subscriber.isStuckFor(PATIENCE, 11 * SECOND + 1)).isTrue();
        assertThat(wire.takes()).isEmpty();

        wire.full = false;
        subscriber.pump(12 * SECOND);
        assertThat(subscriber.isStuckFor(PATIENCE, 100 * SECOND)).isFalse();
    }

    @Test
    void saysGoodbyeAfterAllThatIsLeftToSay() {
        subscriber.end(0);

        assertThat(wire.takes().lines().filter(line -> line.startsWith("event")))
                .containsExactly("event: weather", "event: end");
    }

    private static final class Everything implements Feed {
        @Override
        public String topic() {
            return "events";
        }

        @Override
        public String name() {
            return "event";
        }

        @Override
        public Object told(RecordedEvent event) {
            return event;
        }
    }

    private static final class Rain implements Feed {
        @Override
        public String topic() {
            return "rains";
        }

        @Override
        public String name() {
            return "rain";
        }

        @Override
        public @Nullable Object told(RecordedEvent event) {
            return event.type().equals("Rain") ? event.subjects() : null;
        }
    }

    private static final class Weather implements Topic {
        private String sky = "grey";

        @Override
        public String topic() {
            return "weather";
        }

        @Override
        public Object snapshot() {
            return Map.of("sky", sky);
        }
    }

    /** As much of a response as a subscriber uses. */
    private static final class Wire {
        private final List<String> written = new ArrayList<>();
        private boolean full;

        HttpServerResponse response() {
            return (HttpServerResponse) Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {HttpServerResponse.class},
                    (_, method, arguments) -> switch (method.getName()) {
                        case "writeQueueFull" -> full;
                        case "write", "end" -> {
                            written.add(arguments[0].toString());
                            yield Future.succeededFuture();
                        }
                        default -> throw new UnsupportedOperationException(method.getName());
                    });
        }

        String takes() {
            var all = String.join("", written);
            written.clear();
            return all;
        }
    }
}
