package dev.parley.database;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** The check {@code database pool}: its figures, and down when requests have waited for connections for too long. */
@Readiness
@ApplicationScoped
class PoolReadiness implements HealthCheck {
    private final PoolStatistics statistics;
    private final PoolWatch watch;
    private final Statements statements;

    PoolReadiness(PoolStatistics statistics, PoolWatch watch, Statements statements) {
        this.statistics = statistics;
        this.watch = watch;
        this.statements = statements;
    }

    @Override
    public HealthCheckResponse call() {
        var use = statistics.now();
        var acquire = statements.acquireTimes();
        var response = HealthCheckResponse.named("database pool")
                .status(!watch.isExhaustedTooLong())
                .withData("max", use.max())
                .withData("open", use.open())
                .withData("in_use", use.inUse())
                .withData("idle", use.idle())
                .withData("waiting", use.waiting())
                .withData("usage_percent", use.usagePercent())
                .withData("acquire_ms_mean", Math.round(acquire.mean()))
                .withData("acquire_ms_max", Math.round(acquire.max()))
                .withData("pressure", watch.level().name().toLowerCase(Locale.ROOT));
        if (watch.isExhaustedTooLong()) {
            response.withData(
                    "reason", "requests wait for connections: raise DB_POOL_MAX, or look for slow statements");
        }
        return response.build();
    }
}
