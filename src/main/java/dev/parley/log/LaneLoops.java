package dev.parley.log;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
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

    LaneLoops(Vertx vertx) {
        this.vertx = vertx;
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
        return work -> verticle.context().runOnContext(_ -> work.run());
    }

    private static final class LaneVerticle extends AbstractVerticle {
        Context context() {
            return context;
        }
    }
}
