package dev.parley.cluster;

import dev.parley.database.DatabaseBreaker;
import dev.parley.event.Events;
import dev.parley.task.Postponed;
import dev.parley.task.TaskManager;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Keeps the way to the other nodes open: whenever it is lost, it is tried again each {@code parley.task.loop-pause}. */
@ApplicationScoped
class Listening {
    private static final Logger LOG = Logger.getLogger(Listening.class);
    /** Less is not worth an operator's while: entries come by the sweep meanwhile. */
    private static final long WORTH_TELLING_NANOS = Duration.ofSeconds(15).toNanos();

    private static final long LASTED_NANOS = Duration.ofSeconds(1).toNanos();

    private final Carrier carrier;
    private final Hearing hearing;
    private final DatabaseBreaker breaker;
    private final Events events;
    private volatile boolean open;
    private long deafSince = System.nanoTime();
    private boolean told;

    Listening(
            ClusterConfig config,
            Carrier carrier,
            Hearing hearing,
            DatabaseBreaker breaker,
            Events events,
            MeterRegistry metrics) {
        this.carrier = carrier;
        this.hearing = hearing;
        this.breaker = breaker;
        this.events = events;
        if (config.wakeups()) {
            Gauge.builder("parley.cluster.listening", this, listening -> listening.open ? 1 : 0)
                    .description("1 while this node hears the wake-ups of other nodes")
                    .register(metrics);
        }
    }

    void start(@Observes StartupEvent started, ClusterConfig config, TaskManager tasks) {
        if (config.wakeups()) {
            tasks.always("cluster.listening", this::listen);
        }
    }

    /** A way that had lasted is opened again at once: most are lost alone, by somebody who ended a connection. */
    private void listen() throws Exception {
        while (true) {
            long began = System.nanoTime();
            try {
                carrier.listen(new Ears());
            } catch (InterruptedException e) {
                open = false;
                throw e;
            } catch (Exception fault) {
                boolean lasted = open && System.nanoTime() - began > LASTED_NANOS;
                lost(fault.getMessage() == null ? fault.toString() : fault.getMessage());
                if (!lasted) {
                    throw new Postponed(fault); // told already, as far as it is worth it
                }
            }
        }
    }

    private void opened() {
        open = true;
        if (told) {
            told = false;
            LOG.infof("Wake-ups of other nodes are heard again after %d s", deafSeconds());
        }
        events.fire(new ListeningChanged(true, ""));
    }

    private void lost(String why) {
        if (open) {
            open = false;
            deafSince = System.nanoTime();
            events.fire(new ListeningChanged(false, why));
        }
        if (!breaker.awayFor().isZero()) { // which is told already
            deafSince = System.nanoTime();
        } else if (!told && System.nanoTime() - deafSince > WORTH_TELLING_NANOS) {
            told = true;
            LOG.warnf(
                    "Wake-ups of other nodes have not been heard for %d s (%s): entries of theirs come by the sweep, which is"
                            + " slower. LISTEN needs a connection of its own: does DB_URL lead through a pooler?",
                    deafSeconds(), why);
        } else {
            LOG.debugf("Wake-ups of other nodes are not heard: %s", why);
        }
    }

    private long deafSeconds() {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - deafSince);
    }

    private final class Ears implements Carrier.Ears {
        @Override
        public void open() {
            opened();
        }

        @Override
        public void hear(String text) {
            hearing.hear(text);
        }
    }
}
