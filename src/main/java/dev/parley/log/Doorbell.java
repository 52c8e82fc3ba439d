package dev.parley.log;

import dev.parley.cluster.Wakeup;
import dev.parley.cluster.Wakeups;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Tells the other nodes which rooms have grown by what was written here. What this node heard itself is not passed on. */
@ApplicationScoped
class Doorbell {
    /** The readers of this node come first. */
    private static final int LAST = 10_000;

    private final Wakeups wakeups;

    Doorbell(Wakeups wakeups) {
        this.wakeups = wakeups;
    }

    void ring(@Observes @Priority(LAST) EntriesCommitted event) {
        if (event.here() && wakeups.areWanted()) {
            for (var growth : event.rooms()) {
                wakeups.tell(new Wakeup.Grown(growth.room(), growth.head()));
            }
        }
    }
}
