package dev.parley.gateway;

import dev.parley.problem.FaultLog;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.websockets.next.HttpUpgradeCheck;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Decides which requests become sockets, and puts {@link StrictFraming} under those that do. Answers at once, on the
 * event loop. A token is taken out of the headers here and is from then on in {@link Wire#upgrade()} only; whether
 * it is any good is for the gateway to say.
 */
@Singleton
class UpgradeGate implements HttpUpgradeCheck {
    private static final Logger LOG = Logger.getLogger(UpgradeGate.class);
    private static final String PROTOCOL = "Sec-WebSocket-Protocol";
    private static final String BEARER = "bearer ";
    private static final int INTERNAL = 500;

    private final EdgeLimits limits;
    private final Violations violations;
    private final FaultLog faults;
    private final Origins origins;
    private final Headcount headcount;
    private final Map<Refusal, Counter> refusals = new EnumMap<>(Refusal.class);
    private volatile @Nullable Duration refusing;

    UpgradeGate(EdgeLimits limits, Violations violations, FaultLog faults, MeterRegistry meters) {
        this.limits = limits;
        this.violations = violations;
        this.faults = faults;
        this.origins = new Origins(limits.allowedOrigins().orElse(List.of()));
        this.headcount = new Headcount(limits.maxConnections(), limits.maxConnectionsPerAddress());
        for (var refusal : Refusal.values()) {
            refusals.put(refusal, refused(refusal, meters));
        }
    }

    /** From now on every upgrade is answered by 503 and this {@code Retry-After}. Sockets that are open stay. */
    void refuseUpgrades(Duration retryAfter) {
        refusing = retryAfter;
    }

    /** Takes {@link #refuseUpgrades} back. */
    void acceptUpgrades() {
        refusing = null;
    }

    /** How many sockets are open. */
    int open() {
        return headcount.open();
    }

    @Override
    public Uni<CheckResult> perform(HttpUpgradeContext context) {
        try {
            return decide(context);
        } catch (Throwable fault) {
            faults.record("upgrade", "An upgrade failed and was refused with 500", fault);
            return CheckResult.rejectUpgrade(INTERNAL);
        }
    }

    private Uni<CheckResult> decide(HttpUpgradeContext context) {
        var request = context.httpRequest();
        var offered = Subprotocols.offered(request.headers().getAll(PROTOCOL));
        var address = request.remoteAddress().hostAddress();
        var refusal = refusal(request, offered);
        if (refusal != null) {
            return refuse(refusal, address);
        }
        var channel = SocketInternals.channel(request); // before it is counted: what is counted has to leave again
        var full = admit(address);
        if (full != null) {
            return refuse(full, address);
        }
        var _ = channel.closeFuture().addListener(_ -> headcount.leave(address));
        var upgrade = new Upgrade(address, request.headers(), takeToken(request, offered));
        var framing = new StrictFraming(limits, violations, faults, upgrade);
        SocketInternals.install(request, framing);
        context.userData().put(Wire.KEY, framing.wire());
        return CheckResult.permitUpgrade();
    }

    private @Nullable Refusal refusal(HttpServerRequest request, Subprotocols offered) {
        if (refusing != null) {
            return Refusal.DRAINING;
        }
        var breach = HandshakeRules.breach(request);
        if (breach != null) {
            return breach;
        }
        var origin = request.headers().getAll("Origin");
        if (origin.size() > 1 || (origin.size() == 1 && !origins.admit(origin.getFirst(), host(request)))) {
            return Refusal.FOREIGN_ORIGIN;
        }
        return offered.acceptable() ? null : Refusal.UNKNOWN_SUBPROTOCOL;
    }

    private @Nullable Refusal admit(String address) {
        return switch (headcount.enter(address)) {
            case ADMITTED -> null;
            case FULL -> Refusal.FULL;
            case TOO_MANY_FROM_ADDRESS -> Refusal.TOO_MANY_FROM_ADDRESS;
        };
    }

    private Uni<CheckResult> refuse(Refusal refusal, String address) {
        var counter = refusals.get(refusal);
        if (counter != null) {
            counter.increment();
        }
        LOG.debugf("Upgrade refused for %s: %s", refusal.tag(), address);
        var wait = refusing;
        var retryAfter = List.of(String.valueOf((wait == null ? limits.retryAfter() : wait).toSeconds()));
        return switch (refusal) {
            case FULL, TOO_MANY_FROM_ADDRESS, DRAINING ->
                CheckResult.rejectUpgrade(refusal.status(), Map.of("Retry-After", retryAfter));
            case UNSUPPORTED_VERSION ->
                CheckResult.rejectUpgrade(refusal.status(), Map.of("Sec-WebSocket-Version", List.of("13")));
            case BAD_HANDSHAKE, UNKNOWN_SUBPROTOCOL, FOREIGN_ORIGIN -> CheckResult.rejectUpgrade(refusal.status());
        };
    }

    /** Whoever copies the headers later, as Quarkus does for the life of the connection, finds no token in them. */
    private static @Nullable String takeToken(HttpServerRequest request, Subprotocols offered) {
        var headers = request.headers();
        var authorization = headers.get("Authorization");
        headers.remove("Authorization");
        headers.remove(PROTOCOL);
        if (offered.ours()) {
            headers.set(PROTOCOL, Subprotocols.PARLEY_V1);
        }
        if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return authorization.substring(BEARER.length()).strip();
        }
        return offered.token();
    }

    private static String host(HttpServerRequest request) {
        var host = request.getHeader("Host");
        return host == null ? "" : host;
    }

    private static Counter refused(Refusal refusal, MeterRegistry meters) {
        return Counter.builder("parley.gateway.refusals")
                .description("Upgrades refused")
                .tag("reason", refusal.tag())
                .register(meters);
    }
}
