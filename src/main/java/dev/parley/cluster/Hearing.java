package dev.parley.cluster;

import dev.parley.event.Events;
import dev.parley.problem.FaultLog;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;

/** Makes events of what other nodes tell. What it does not understand is counted and passed over. */
@ApplicationScoped
class Hearing {
    private final Node node;
    private final Events events;
    private final FaultLog faults;
    private final Counter received;
    private final Counter ignored;

    Hearing(Node node, Events events, FaultLog faults, MeterRegistry metrics) {
        this.node = node;
        this.events = events;
        this.faults = faults;
        this.received = Wakeups.counter("received").register(metrics);
        this.ignored = Wakeups.counter("ignored").register(metrics);
    }

    /** On an event loop, which goes on whatever comes of it. */
    void hear(String text) {
        try {
            WakeupText.read(text).ifPresentOrElse(this::take, ignored::increment);
        } catch (RuntimeException | Error fault) {
            faults.record("wakeups", "A wake-up failed; the sweep makes up for it", fault);
        }
    }

    /** Of what this node told itself there is nothing to hear. */
    private void take(WakeupText.Told told) {
        if (told.node().equals(node.id())) {
            return;
        }
        node.hears();
        received.increment(told.wakeups().size());
        ignored.increment(told.notUnderstood());
        events.fire(new WakeupsHeard(told.node(), told.wakeups()));
    }
}
