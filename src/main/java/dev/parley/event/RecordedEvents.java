package dev.parley.event;

import jakarta.enterprise.event.Event;
import jakarta.inject.Singleton;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Fires CDI events and notes what became of them. Around the observers rather than among them: an observer could tell
 * neither how long the others took nor that one of them threw.
 */
@Singleton
class RecordedEvents implements Events {
    private final Event<Object> bus;
    private final EventHistory history;
    /** One for each type: CDI finds the observers of a type once, as long as its handle fires no other. */
    private final ConcurrentHashMap<Class<? extends DomainEvent>, Event<? extends DomainEvent>> handles =
            new ConcurrentHashMap<>();

    RecordedEvents(Event<Object> bus, EventHistory history) {
        this.bus = bus;
        this.history = history;
    }

    @Override
    public void fire(DomainEvent event) {
        long began = System.nanoTime();
        try {
            handle(event).fire(event);
        } catch (RuntimeException | Error fault) {
            history.add(event, began, fault);
            throw fault;
        }
        history.add(event, began, null);
    }

    @SuppressWarnings("unchecked") // a handle stands under the class that it fires
    private <T extends DomainEvent> Event<T> handle(T event) {
        var type = (Class<T>) event.getClass();
        var handle = handles.get(type);
        return (Event<T>) (handle == null ? handles.computeIfAbsent(type, bus::select) : handle);
    }
}
