package dev.parley.monitor;

import dev.parley.problem.Refused;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;

/** What is done for a request, on its event loop: it does not block. */
@FunctionalInterface
interface Operation {

    /** @throws Refused what the future fails with, too, if the request cannot be served */
    Future<Reply> answer(RoutingContext request);
}
