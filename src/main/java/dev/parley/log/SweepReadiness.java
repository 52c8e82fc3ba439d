package dev.parley.log;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** The check {@code sweep}: without it, what other nodes write would not reach readers here. */
@Readiness
@ApplicationScoped
class SweepReadiness implements HealthCheck {
    private final Sweep sweep;
    private final LogConfig config;

    SweepReadiness(Sweep sweep, LogConfig config) {
        this.sweep = sweep;
        this.config = config;
    }

    @Override
    public HealthCheckResponse call() {
        var since = sweep.sinceCompared();
        boolean alive = since.compareTo(config.sweepLimit()) < 0;
        var response = HealthCheckResponse.named("sweep").status(alive).withData("last_run_ms_ago", since.toMillis());
        if (!alive) {
            response.withData("reason", "entries of other nodes may not arrive: see the task log.sweep");
        }
        return response.build();
    }
}
