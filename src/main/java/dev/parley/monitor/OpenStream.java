package dev.parley.monitor;

import dev.parley.task.TaskManager;
import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The life of one stream, on the event loop of its connection. */
final class OpenStream {
    private static final Logger LOG = Logger.getLogger(OpenStream.class);
    /** Short enough to be live; long enough that a busy server does not wake up for each event. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final RoutingContext request;
    private final Subscriber subscriber;
    private final TaskManager tasks;
    private final Duration patience;
    private final Context loop;
    private @Nullable Runnable onOver;

    OpenStream(RoutingContext request, Subscriber subscriber, TaskManager tasks, Duration patience) {
        this.request = request;
        this.subscriber = subscriber;
        this.tasks = tasks;
        this.patience = patience;
        this.loop = request.vertx().getOrCreateContext();
    }

    /** @param onOver what is done once when the stream is over, however that came */
    void begin(Runnable onOver) {
        this.onOver = onOver;
        request.addEndHandler(_ -> over());
        tick();
    }

    /** Says goodbye to a client that reads. From any thread. */
    void end() {
        loop.runOnContext(_ -> {
            if (onOver == null) {
                return;
            }
            if (request.response().writeQueueFull()) {
                ConnectionCut.cut(request.request());
                over();
            } else {
                subscriber.end(System.nanoTime());
            }
        });
    }

    private void tick() {
        if (onOver == null) {
            return;
        }
        tasks.after("monitor.stream", PAUSE, this::tick);
        long now = System.nanoTime();
        subscriber.pump(now);
        if (subscriber.isStuckFor(patience, now)) {
            LOG.infof("The stream to an operator at %s is cut: nobody reads it", Asked.address(request));
            ConnectionCut.cut(request.request());
            over();
        }
    }

    private void over() {
        var last = onOver;
        onOver = null;
        if (last != null) {
            last.run();
        }
    }
}
