package dev.parley.cluster;

import dev.parley.cluster.Wakeup.General;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** The wake-ups that wait to be told: of those about the same the latest, and not many in all. Thread-safe. */
final class PendingWakeups {
    private final ConcurrentHashMap<Object, Wakeup> wakeups = new ConcurrentHashMap<>();
    private final int most;

    /** @param most beyond it, what is not fleeting is told as {@link General#MUCH} */
    PendingWakeups(int most) {
        this.most = most;
    }

    void add(Wakeup wakeup) {
        var about = wakeup.about();
        if (wakeups.size() < most || wakeups.containsKey(about)) {
            wakeups.merge(about, wakeup, (older, later) -> later.instead(older));
        } else if (!wakeup.isFleeting()) {
            wakeups.put(General.MUCH.about(), General.MUCH);
        }
    }

    /** Those that were taken and could not be told; what is fleeting has passed. */
    void putBack(Collection<Wakeup> taken) {
        taken.stream().filter(wakeup -> !wakeup.isFleeting()).forEach(this::add);
    }

    /** Takes all that are there. What is added meanwhile is taken now or the next time. */
    List<Wakeup> take() {
        var taken = new ArrayList<Wakeup>();
        wakeups.forEach((about, wakeup) -> {
            if (wakeups.remove(about, wakeup)) {
                taken.add(wakeup);
            }
        });
        return taken;
    }

    boolean isEmpty() {
        return wakeups.isEmpty();
    }
}
