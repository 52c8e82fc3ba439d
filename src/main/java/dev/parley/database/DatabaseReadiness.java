package dev.parley.database;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** The check {@code database}: up while it answers and the breaker lets statements through. Asks nobody: it is told. */
@Readiness
@ApplicationScoped
class DatabaseReadiness implements HealthCheck {
    private final DatabaseProbe probe;
    private final DatabaseBreaker breaker;

    DatabaseReadiness(DatabaseProbe probe, DatabaseBreaker breaker) {
        this.probe = probe;
        this.breaker = breaker;
    }

    @Override
    public HealthCheckResponse call() {
        var failure = probe.failure();
        var response = HealthCheckResponse.named("database")
                .status(failure.isEmpty() && !breaker.isOpen())
                .withData("breaker", breaker.state());
        if (breaker.isOpen()) {
            response.withData("reason", breaker.lastFault());
        } else {
            failure.ifPresent(reason -> response.withData("reason", reason));
        }
        return response.build();
    }
}
