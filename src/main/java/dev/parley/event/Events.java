package dev.parley.event;

/** The bus: CDI events, fired in order on the caller's thread, each of them recorded. */
public interface Events {

    /**
     * Has every observer of the event's type called, here and now.
     *
     * @throws RuntimeException the first that an observer throws; the observers after that one do not hear of the event
     */
    void fire(DomainEvent event);
}
