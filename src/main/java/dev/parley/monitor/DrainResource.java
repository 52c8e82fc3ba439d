package dev.parley.monitor;

import dev.parley.lifecycle.Drain;
import dev.parley.lifecycle.DrainView;
import dev.parley.problem.Refused;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Lets the clients of this node go, for maintenance, while it lives on; and takes them back. */
@Singleton
@RegisterForReflection(targets = DrainView.class)
class DrainResource implements OpsResource, Topic {
    private static final Logger LOG = Logger.getLogger(DrainResource.class);
    private static final String PATH = "/drain";

    private final Drain drain;

    DrainResource(Drain drain) {
        this.drain = drain;
    }

    @Override
    public void register(Routes routes) {
        routes.get(PATH, _ -> Reply.now(snapshot()));
        routes.post(PATH, this::begin);
        routes.delete(PATH, this::takeBack);
    }

    @Override
    public String topic() {
        return "drain";
    }

    @Override
    public Object snapshot() {
        return drain.view();
    }

    private Future<Reply> begin(RoutingContext request) {
        if (drain.begin()) {
            LOG.infof("The node is drained for an operator at %s", Asked.address(request));
        }
        return Future.succeededFuture(Reply.accepted(snapshot()));
    }

    private Future<Reply> takeBack(RoutingContext request) {
        if (!drain.takeBack()) {
            throw Refused.conflict("The program stops");
        }
        LOG.infof("A drain is taken back by an operator at %s", Asked.address(request));
        return Reply.now(snapshot());
    }
}
