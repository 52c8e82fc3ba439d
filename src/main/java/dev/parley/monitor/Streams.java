package dev.parley.monitor;

import dev.parley.problem.Refused;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The streams that are open: so many at most, and none after a stop. Thread-safe. */
@Singleton
class Streams {
    private final int most;
    private final Set<OpenStream> open = new HashSet<>();
    private boolean stopped;

    Streams(OpsConfig config, MeterRegistry metrics) {
        this.most = config.streamSubscribers();
        Gauge.builder("parley.ops.streams", this, Streams::count)
                .description("Streams of events to operators that are open")
                .register(metrics);
    }

    /** Takes the stream in; {@link #leave} is owed. */
    synchronized void enter(OpenStream stream) {
        if (stopped) {
            throw Refused.unavailable("The server stops");
        }
        if (open.size() >= most) {
            throw Refused.unavailable("There are " + most + " streams already (parley.ops.stream-subscribers)");
        }
        open.add(stream);
    }

    synchronized void leave(OpenStream stream) {
        open.remove(stream);
    }

    synchronized int count() {
        return open.size();
    }

    /** After the drain, which somebody may want to watch. */
    void end(@Observes @Priority(Interceptor.Priority.PLATFORM_AFTER) ShutdownDelayInitiatedEvent stopping) {
        stop().forEach(OpenStream::end);
    }

    /** At a live reload there is no drain. */
    void end(@Observes ShutdownEvent stopping) {
        stop().forEach(OpenStream::end);
    }

    private synchronized List<OpenStream> stop() {
        stopped = true;
        return List.copyOf(open);
    }
}
