package dev.parley.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.smallrye.common.vertx.VertxContext;
import jakarta.inject.Singleton;
import java.util.Objects;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Makes spans, or none at all: which of the two is decided once, at the start. While it is off, every method answers with
 * a constant and looks nothing up. Within one stretch of a thread a span is found by {@link #current}; from thread to
 * thread it travels in a field. Thread-safe.
 */
@Singleton
public class Tracing {
    private static final Logger LOG = Logger.getLogger(Tracing.class);

    /** Stands where nothing is traced; all that is done to it is without effect. */
    public static final Span NONE = Span.getInvalid();

    private final @Nullable Tracer tracer;

    Tracing(@ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean off, Tracer tracer) {
        this.tracer = off ? null : tracer;
    }

    /** Traces nothing, for whoever works without beans. */
    public static Tracing off() {
        return new Tracing(true, TracerProvider.noop().get("parley"));
    }

    public boolean isOn() {
        return tracer != null;
    }

    /** Begins a trace: something that a client asked for. The caller ends it. */
    public Span begin(String name) {
        return tracer == null
                ? NONE
                : started(tracer.spanBuilder(name).setSpanKind(SpanKind.SERVER).setNoParent());
    }

    /** Begins what {@code cause} has led to, in the same trace and only if that one is recorded. The caller ends it. */
    public Span begin(String name, Span cause) {
        return tracer == null
                ? NONE
                : started(tracer.spanBuilder(name).setParent(Context.root().with(cause)));
    }

    /** Without a span if it cannot be had: samplers and exporters are of others, and must not cost a command or a lane. */
    private static Span started(SpanBuilder span) {
        try {
            return span.startSpan();
        } catch (RuntimeException fault) {
            LOG.debugf(fault, "A span could not be begun");
            return NONE;
        }
    }

    /** The span that this stretch of this thread is part of. */
    public Span current() {
        return tracer == null ? NONE : Span.current();
    }

    /** Has what follows on this thread be part of the span, until the scope is closed. */
    @SuppressWarnings("MustBeClosedChecker") // whoever asked for it closes it
    public Scope in(Span span) {
        return tracer == null ? Scope.noop() : span.makeCurrent();
    }

    /**
     * Has all that comes of this Vert.x context be part of the span, also what waits for something first. For a context
     * of one piece of work only, since it is not left again.
     */
    @SuppressWarnings("MustBeClosedChecker") // it ends with the context
    public void enter(Span span) {
        if (tracer != null) {
            var _ = span.makeCurrent();
        }
    }

    /** Has the work done on this event loop, a turn later, in a context of its own that is part of the span. */
    public void apart(Span span, Runnable work) {
        Objects.requireNonNull(VertxContext.createNewDuplicatedContext()).runOnContext(_ -> {
            enter(span);
            work.run();
        });
    }

    /** Whether the span's trace goes to the collector; also after its end. */
    public static boolean isRecorded(Span span) {
        return span.getSpanContext().isSampled();
    }
}
