package dev.parley.monitor;

import dev.parley.database.DatabaseBreaker;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** The circuit breaker around the database. */
@Singleton
class BreakerResource implements OpsResource, Topic {
    private final DatabaseBreaker breaker;

    BreakerResource(DatabaseBreaker breaker) {
        this.breaker = breaker;
    }

    @Override
    public void register(Routes routes) {
        routes.get("/breaker", _ -> Reply.now(snapshot()));
    }

    @Override
    public String topic() {
        return "breaker";
    }

    @Override
    public Object snapshot() {
        var away = breaker.awayFor();
        return new Shown(breaker.state(), away.toMillis(), away.isZero() ? null : breaker.lastFault());
    }

    /** @param reason null while the database is there */
    @RegisterForReflection
    record Shown(String state, long awayMs, @Nullable String reason) {}
}
