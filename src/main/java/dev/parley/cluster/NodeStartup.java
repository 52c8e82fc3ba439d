package dev.parley.cluster;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** The check {@code node}: the start is over once the schema is migrated and the node has told the others of itself. */
@Startup
@ApplicationScoped
class NodeStartup implements HealthCheck {
    private final Node node;

    NodeStartup(Node node) {
        this.node = node;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("node")
                .status(node.isRegistered())
                .withData("id", node.id().toString())
                .withData("version", node.version())
                .build();
    }
}
