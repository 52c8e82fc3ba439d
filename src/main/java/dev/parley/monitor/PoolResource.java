package dev.parley.monitor;

import dev.parley.database.PoolStatistics;
import dev.parley.database.PoolWatch;
import dev.parley.database.Statements;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Singleton;
import java.util.Locale;

/** The pool of connections to the database, as the check {@code database pool} shows it. */
@Singleton
class PoolResource implements OpsResource, Topic {
    private final PoolStatistics statistics;
    private final PoolWatch watch;
    private final Statements statements;

    PoolResource(PoolStatistics statistics, PoolWatch watch, Statements statements) {
        this.statistics = statistics;
        this.watch = watch;
        this.statements = statements;
    }

    @Override
    public void register(Routes routes) {
        routes.get("/pool", _ -> Reply.now(snapshot()));
    }

    @Override
    public String topic() {
        return "pool";
    }

    @Override
    public Object snapshot() {
        var use = statistics.now();
        var acquire = statements.acquireTimes();
        return new Shown(
                use.max(),
                use.open(),
                use.inUse(),
                use.idle(),
                use.waiting(),
                use.usagePercent(),
                watch.level().name().toLowerCase(Locale.ROOT),
                Math.round(acquire.mean()),
                Math.round(acquire.max()));
    }

    @RegisterForReflection
    record Shown(
            int max,
            int open,
            int inUse,
            int idle,
            int waiting,
            int usagePercent,
            String pressure,
            long acquireMsMean,
            long acquireMsMax) {}
}
