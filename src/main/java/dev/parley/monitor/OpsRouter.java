package dev.parley.monitor;

import dev.parley.StartRefused;
import dev.parley.problem.Refused;
import dev.parley.problem.RouteProblems;
import io.quarkus.arc.All;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Puts {@code /ops} on the management port, behind its guard, and nowhere else. */
@Singleton
class OpsRouter {
    private static final Logger LOG = Logger.getLogger(OpsRouter.class);
    private static final int ANY_PORT = 0;

    private final List<OpsResource> resources;
    private final OpsJson json;
    private final RouteProblems problems;
    private final Guard guard;
    private final String host;

    OpsRouter(
            @All List<OpsResource> resources,
            OpsJson json,
            RouteProblems problems,
            OpsConfig config,
            @ConfigProperty(name = "quarkus.management.host") String host,
            @ConfigProperty(name = "quarkus.management.port") int port,
            @ConfigProperty(name = "quarkus.http.port") int publicPort) {
        if (port == publicPort && port != ANY_PORT) {
            // Vert.x would let both listen there, and give connections to the one and the other in turns.
            throw new StartRefused("quarkus.management.port (QUARKUS_MANAGEMENT_PORT) must be another port than"
                    + " quarkus.http.port (QUARKUS_HTTP_PORT), not " + port + " too");
        }
        this.resources = resources;
        this.json = json;
        this.problems = problems;
        this.host = host;
        this.guard = new Guard(config.token(), isLoopback(host));
    }

    void register(@Observes ManagementInterface management) {
        var routes = new Routes(management, json, problems);
        routes.guard(this::judge);
        resources.forEach(resource -> resource.register(routes));
        routes.close();
    }

    void tell(@Observes StartupEvent started) {
        if (guard.isShut()) {
            LOG.infof(
                    "/ops is shut: the management port is open to others than this machine (%s), and no"
                            + " parley.ops.token (PARLEY_OPS_TOKEN) is set",
                    host);
        }
    }

    private void judge(RoutingContext request) {
        var authority = request.request().authority();
        guard.judge(request.request().headers(), authority == null ? null : authority.host())
                .ifPresent(denial -> {
                    throw new Refused(denial.code(), denial.detail());
                });
    }

    /** Whether nothing but this machine reaches what listens there. */
    static boolean isLoopback(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException nobodyKnows) {
            return false;
        }
    }
}
