package dev.parley.problem;

import dev.parley.protocol.ErrorCode;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.jboss.logging.Logger;

/** What went wrong on our side: logged once, counted, and told by an id alone. */
@Singleton
class Faults {
    private static final Logger LOG = Logger.getLogger(ErrorBoundary.class);
    private static final int INTERNAL = 500;

    private final MeterRegistry metrics;

    Faults(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    /** What the client is told of it. */
    Problem told(Throwable fault) {
        var errorId = UUID.randomUUID().toString();
        LOG.errorf(fault, "A REST request failed, error_id %s", errorId);
        metrics.counter("parley.rest.faults").increment();
        return Problem.of(ErrorCode.INTERNAL, INTERNAL, "Something went wrong on our side", errorId);
    }
}
