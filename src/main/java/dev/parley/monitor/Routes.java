package dev.parley.monitor;

import dev.parley.problem.Refused;
import dev.parley.problem.RouteProblems;
import dev.parley.protocol.ErrorCode;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The paths below {@code /ops}. Whatever an operation throws costs one request, which is answered by a problem. */
final class Routes {
    static final String ROOT = "/ops";

    private final Router router;
    private final OpsJson json;
    private final RouteProblems problems;
    private final Map<String, Set<String>> methods = new LinkedHashMap<>();

    Routes(ManagementInterface management, OpsJson json, RouteProblems problems) {
        this.router = management.router();
        this.json = json;
        this.problems = problems;
    }

    /** Lets the gate see each request before any operation does; it throws, or lets it pass. */
    void guard(Handler<RoutingContext> gate) {
        router.route(ROOT + "/*").handler(bounded(request -> {
            gate.handle(request);
            request.next();
        }));
    }

    void get(String path, Operation operation) {
        on(HttpMethod.GET, path, operation);
    }

    void post(String path, Operation operation) {
        on(HttpMethod.POST, path, operation);
    }

    void delete(String path, Operation operation) {
        on(HttpMethod.DELETE, path, operation);
    }

    /** A response that the handler writes by itself, unless it throws. */
    void stream(String path, Handler<RoutingContext> handler) {
        handle(HttpMethod.GET, path, handler);
    }

    /** Answers for all that is not served, once all that is has been said. */
    void close() {
        methods.forEach((path, allowed) -> router.route(ROOT + path).handler(request -> {
            request.response().putHeader(HttpHeaders.ALLOW, String.join(", ", allowed));
            problems.answer(request, 405);
        }));
        router.route(ROOT + "/*").handler(request -> problems.answer(request, 404));
    }

    private void on(HttpMethod method, String path, Operation operation) {
        handle(
                method,
                path,
                request -> operation
                        .answer(request)
                        .onSuccess(reply -> bounded(_ -> answer(request, reply)).handle(request))
                        .onFailure(fault -> failed(request, fault)));
    }

    private void handle(HttpMethod method, String path, Handler<RoutingContext> handler) {
        methods.computeIfAbsent(path, _ -> new TreeSet<>()).add(method.name());
        router.route(method, ROOT + path).handler(bounded(handler));
    }

    private Handler<RoutingContext> bounded(Handler<RoutingContext> handler) {
        return request -> {
            try {
                handler.handle(request);
            } catch (RuntimeException fault) {
                failed(request, fault);
            }
        };
    }

    private void failed(RoutingContext request, Throwable fault) {
        if (fault instanceof HttpException wrong
                && wrong.getStatusCode() < 500) { // a query that cannot be decoded, say
            problems.answer(request, wrong.getStatusCode());
            return;
        }
        problems.answer(request, "ops", "A request of an operator failed; its sender was told", fault);
    }

    private void answer(RoutingContext request, Reply reply) {
        var response = request.response().setStatusCode(reply.status());
        if (response.closed()) {
            return;
        }
        response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        if (reply.body() == null) {
            var _ = response.end();
        } else {
            var _ = response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(json.write(reply.body()) + "\n");
        }
    }

    static Refused notFound(String what) {
        return new Refused(ErrorCode.NOT_FOUND, what);
    }
}
