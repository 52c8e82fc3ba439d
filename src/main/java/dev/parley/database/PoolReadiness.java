package dev.parley.database;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * The check {@code database pool}: up if the database answers, however busy the pool is; the pool's figures beside it.
 */
@Readiness
@ApplicationScoped
class PoolReadiness implements AsyncHealthCheck {
    private final PoolStatistics statistics;
    private final DatabaseProbe probe;

    PoolReadiness(PoolStatistics statistics, DatabaseProbe probe) {
        this.statistics = statistics;
        this.probe = probe;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return probe.reach().onItemOrFailure().transform((_, failure) -> {
            HealthCheckResponseBuilder response = figures().status(failure == null);
            if (failure != null) {
                response.withData("reason", reason(failure));
            }
            return response.build();
        });
    }

    private HealthCheckResponseBuilder figures() {
        PoolUse use = statistics.now();
        return HealthCheckResponse.named("database pool")
                .withData("max", use.max())
                .withData("open", use.open())
                .withData("in_use", use.inUse())
                .withData("idle", use.idle())
                .withData("waiting", use.waiting())
                .withData("usage_percent", use.usagePercent());
    }

    private static String reason(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
