package dev.parley.event;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The last events of each type, and how many there were and failed. Thread-safe; adding one takes no lock and about as
 * long as reading the clock twice.
 */
@Singleton
public class EventHistory {
    private final int size;
    private final MeterRegistry metrics;
    private final ConcurrentHashMap<Class<?>, EventsOfType> types = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Consumer<RecordedEvent>> listeners = new CopyOnWriteArrayList<>();

    EventHistory(EventConfig config, MeterRegistry metrics) {
        this.size = config.history();
        this.metrics = metrics;
    }

    void add(DomainEvent event, long beganNanos, @Nullable Throwable fault) {
        if (size == 0) {
            return;
        }
        var type = event.getClass();
        var known = types.get(type);
        var events = known == null ? types.computeIfAbsent(type, this::newType) : known;
        var recorded = events.add(event, System.nanoTime() - beganNanos, fault);
        if (!listeners.isEmpty()) {
            listeners.forEach(listener -> listener.accept(recorded));
        }
    }

    /** The newest that are remembered, the oldest of them first. */
    public List<RecordedEvent> newest(Optional<String> type, int limit) {
        var all = types.values().stream()
                .filter(events -> type.isEmpty() || type.get().equals(events.name()))
                .flatMap(EventsOfType::all)
                .sorted(Comparator.comparing(RecordedEvent::at).thenComparingLong(RecordedEvent::number))
                .toList();
        return all.subList(Math.max(0, all.size() - limit), all.size());
    }

    /** How many of each type there were, in order of the types' names. */
    public List<EventCount> counts() {
        return types.values().stream()
                .map(EventsOfType::count)
                .sorted(Comparator.comparing(EventCount::type))
                .toList();
    }

    /**
     * Tells of each event from now on, on the thread that fires it: the listener must be quick and must not throw.
     *
     * @return ends it
     */
    public Runnable listen(Consumer<RecordedEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private EventsOfType newType(Class<?> type) {
        var events = new EventsOfType(type.getSimpleName(), size);
        FunctionTimer.builder(
                        "parley.events", events, EventsOfType::fired, EventsOfType::dispatchNanos, TimeUnit.NANOSECONDS)
                .description("Events and how long their observers took")
                .tag("type", events.name())
                .register(metrics);
        FunctionCounter.builder("parley.events.failed", events, EventsOfType::failed)
                .description("Events of which an observer threw")
                .tag("type", events.name())
                .register(metrics);
        return events;
    }
}
