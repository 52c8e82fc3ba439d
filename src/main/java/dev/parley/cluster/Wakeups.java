package dev.parley.cluster;

import dev.parley.cluster.Wakeup.General;
import dev.parley.task.TaskManager;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Tells the other nodes what happened here, so that they need not wait until they look; {@link WakeupsHeard} is what they
 * get. Thread-safe.
 *
 * <p>What is told is noted, and sent a moment later with all else that was: at most once in each 10 ms, one
 * sending at a time, and nothing runs while there is nothing to tell or nobody to hear it.
 */
@ApplicationScoped
public class Wakeups {
    private static final Logger LOG = Logger.getLogger(Wakeups.class);
    private static final Duration TICK = Duration.ofMillis(10);
    /** After a sending that failed: the way is as good as lost. */
    private static final Duration REST = Duration.ofSeconds(1);
    /** What comes on top is not worth naming: who hears of so much does better to look at all. */
    private static final int MOST = 1000;

    private final ClusterConfig config;
    private final Node node;
    private final Carrier carrier;
    private final TaskManager tasks;
    private final Counter sent;
    private final PendingWakeups pending = new PendingWakeups(MOST);
    private final AtomicBoolean underWay = new AtomicBoolean();
    private volatile boolean open;
    private volatile long sentAtNanos = System.nanoTime() - TICK.toNanos();

    Wakeups(ClusterConfig config, Node node, Carrier carrier, TaskManager tasks, MeterRegistry metrics) {
        this.config = config;
        this.node = node;
        this.carrier = carrier;
        this.tasks = tasks;
        this.sent = counter("sent").register(metrics);
    }

    /** Whether there is anybody to tell something: a question that may be asked for every message. */
    public boolean areWanted() {
        return config.wakeups() && !node.isAlone();
    }

    /** Has it told to the other nodes, if there are any. Cheap; any thread. */
    public void tell(Wakeup wakeup) {
        if (areWanted() && (open || !wakeup.isFleeting())) {
            pending.add(wakeup);
            soon();
        }
    }

    /** A node that has just come says so to those who believe that they are alone. */
    void listen(@Observes ListeningChanged event) {
        open = event.hears();
        if (open) {
            pending.add(General.HERE);
            soon();
        }
    }

    static Counter.Builder counter(String direction) {
        return Counter.builder("parley.cluster.wakeups")
                .description("Wake-ups between nodes; those ignored were not understood")
                .tag("direction", direction);
    }

    private void soon() {
        if (open && underWay.compareAndSet(false, true)) {
            long sinceLast = (System.nanoTime() - sentAtNanos) / 1_000_000;
            after(Duration.ofMillis(Math.clamp(TICK.toMillis() - sinceLast, 1, TICK.toMillis())));
        }
    }

    private void after(Duration pause) {
        tasks.after("cluster.wakeups", pause, this::send);
    }

    private void send() {
        var due = pending.take();
        sentAtNanos = System.nanoTime();
        send(due).onComplete(outcome -> {
            if (outcome.succeeded()) {
                sent.increment(due.size());
            } else {
                LOG.debugf("Wake-ups were not sent: %s", outcome.cause().getMessage());
                pending.putBack(due);
                if (open) {
                    after(REST);
                    return;
                }
            }
            underWay.set(false);
            if (!pending.isEmpty()) { // noted while we were under way, by somebody who left it to us
                soon();
            }
        });
    }

    private Future<Void> send(List<Wakeup> due) {
        return due.isEmpty()
                ? Future.succeededFuture()
                : carrier.send(WakeupText.write(node.id(), due, carrier.longestText()));
    }
}
