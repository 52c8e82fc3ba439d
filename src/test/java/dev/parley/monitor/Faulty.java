package dev.parley.monitor;

import io.vertx.core.Future;
import jakarta.inject.Singleton;

/** Breaks as only our own mistakes can. */
@Singleton
class Faulty implements OpsResource {
    @Override
    public void register(Routes routes) {
        routes.get("/faulty/now", _ -> {
            throw new IllegalStateException("a secret of ours");
        });
        routes.get("/faulty/later", _ -> Future.failedFuture(new IllegalStateException("a secret of ours")));
    }
}
