package dev.parley.log;

import dev.parley.trace.Tracing;
import io.smallrye.common.vertx.VertxContext;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** An event loop for each lane: Vert.x gives one to each verticle that it deploys. */
@ApplicationScoped
class LaneLoops {
    private static final long DEPLOY_SECONDS = 10;

    private final Vertx vertx;
    private final Tracing tracing;

    LaneLoops(Vertx vertx, Tracing tracing) {
        this.vertx = vertx;
        this.tracing = tracing;
    }

    /** Waits for Vert.x; not on an event loop. */
    List<Executor> of(int lanes) {
        return Stream.generate(this::loop).limit(lanes).toList();
    }

    private Executor loop() {
        var verticle = new LaneVerticle();
        try {
            vertx.deployVerticle(verticle)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(DEPLOY_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting a lane", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("cannot start a lane", e);
        }
        var context = verticle.context();
        return tracing.isOn()
                ? work -> ofItsOwn(context).runOnContext(_ -> work.run())
                : work -> context.runOnContext(_ -> work.run());
    }

    /** For one piece of work: a span is current in a context, and only in one of this kind. On the same event loop. */
    private static Context ofItsOwn(Context context) {
        return Objects.requireNonNull(VertxContext.createNewDuplicatedContext(context));
    }

    private static final class LaneVerticle extends AbstractVerticle {
        Context context() {
            return context;
        }
    }
}
