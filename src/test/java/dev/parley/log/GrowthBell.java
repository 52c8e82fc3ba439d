package dev.parley.log;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Lets tests hear of growth as the gateway does. */
@ApplicationScoped
class GrowthBell {
    final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    void rings(@Observes EntriesCommitted event) {
        listeners.forEach(Runnable::run);
    }

    void heardBy(Runnable listener) {
        listeners.add(listener);
    }
}
