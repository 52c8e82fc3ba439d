package dev.parley.gateway;

import io.netty.channel.EventLoop;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The shards of all event loops that have connections. Thread-safe. */
@ApplicationScoped
class Shards {
    private final ConcurrentHashMap<EventLoop, Shard> shards = new ConcurrentHashMap<>();
    private final ErrorBoundary boundary;

    Shards(ErrorBoundary boundary) {
        this.boundary = boundary;
    }

    Shard of(EventLoop loop) {
        return shards.computeIfAbsent(loop, fresh -> new Shard(fresh, boundary));
    }

    /** Does something on each shard's own loop. */
    void forEach(Consumer<Shard> action) {
        forEach(() -> {}, action);
    }

    /** The same; {@code before} runs here, once for each shard, before the shard's turn is asked for. */
    void forEach(Runnable before, Consumer<Shard> action) {
        shards.values().forEach(shard -> {
            before.run();
            shard.loop().execute(() -> boundary.spare("shard", () -> action.accept(shard)));
        });
    }
}
