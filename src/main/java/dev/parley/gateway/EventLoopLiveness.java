package dev.parley.gateway;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * The check {@code event loops}: down when one of them has not got to its work for so long that only a restart will help.
 * Asks nobody outside of the process. Each call looks, so that the next knows, whatever has become of the heartbeat.
 */
@Liveness
@ApplicationScoped
class EventLoopLiveness implements HealthCheck {
    private final LoopWatch watch;
    private final ConnectionConfig config;

    EventLoopLiveness(LoopWatch watch, ConnectionConfig config) {
        this.watch = watch;
        this.config = config;
    }

    @Override
    public HealthCheckResponse call() {
        watch.look();
        var worst = watch.worst();
        return HealthCheckResponse.named("event loops")
                .status(worst.compareTo(config.loopLimit()) < 0)
                .withData("loops", watch.loops())
                .withData("worst_lag_ms", worst.toMillis())
                .build();
    }
}
