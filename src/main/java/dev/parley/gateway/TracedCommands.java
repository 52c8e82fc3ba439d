package dev.parley.gateway;

import dev.parley.protocol.ClientFrame;
import dev.parley.trace.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Puts each command into a span from its arrival to its answer, while tracing is on. On the connection's event loop, where
 * the futures end, too.
 */
@Singleton
class TracedCommands {
    private static final ClassValue<String> NAMES = new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> frame) {
            return GatewayMetrics.type(frame);
        }
    };

    private final Tracing tracing;
    private final ErrorBoundary boundary;

    TracedCommands(Tracing tracing, ErrorBoundary boundary) {
        this.tracing = tracing;
        this.boundary = boundary;
    }

    /** @param work does not throw, and its future does not fail */
    Future<Outcome> perform(Connection connection, ClientFrame frame, Supplier<Future<Outcome>> work) {
        return tracing.isOn() ? traced(connection, frame, work) : work.get();
    }

    private Future<Outcome> traced(Connection connection, ClientFrame frame, Supplier<Future<Outcome>> work) {
        var span = tracing.begin(NAMES.get(frame.getClass()));
        if (span.isRecording()) {
            describe(span, About.of(frame));
        }
        // Each frame comes in a context of its own. Entered even if it is not recorded: then what it asks of the
        // database
        // is not either.
        tracing.enter(span);
        return work.get().map(outcome -> {
            boundary.spare("trace", () -> end(connection, span, outcome));
            return outcome;
        });
    }

    private static void end(Connection connection, Span span, Outcome outcome) {
        if (span.isRecording()) {
            describe(span, About.of(connection)); // only a hello's end knows the session
            span.setAttribute("parley.outcome", outcome.tag());
            switch (outcome) {
                case UNAVAILABLE, TIMEOUT, FAULT -> span.setStatus(StatusCode.ERROR);
                case OK, REFUSED -> {} // what a client does wrong is no error of ours
            }
        }
        span.end();
    }

    private static void describe(Span span, Map<String, String> about) {
        about.forEach((name, value) -> span.setAttribute("parley." + name, value));
    }
}
