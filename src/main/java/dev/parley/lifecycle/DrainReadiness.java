package dev.parley.lifecycle;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** The check {@code draining}: down while clients are let go, so that no new ones are sent here. */
@Readiness
@ApplicationScoped
class DrainReadiness implements HealthCheck {
    private final Drain drain;

    DrainReadiness(Drain drain) {
        this.drain = drain;
    }

    @Override
    public HealthCheckResponse call() {
        var view = drain.view();
        return HealthCheckResponse.named("draining")
                .status(view.since() == null)
                .withData("state", view.state())
                .withData("connections", view.connections())
                .build();
    }
}
