package dev.parley.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Makes spans, or none at all: which of the two is decided once, at the start. While it is off, every method answers with
 * a constant and looks nothing up. Within one stretch of a thread a span is found by {@link #current}; from thread to
 * thread it travels in a field. Thread-safe.
 */
@Singleton
public class Tracing {
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
                : tracer.spanBuilder(name)
                        .setSpanKind(SpanKind.SERVER)
                        .setNoParent()
                        .startSpan();
    }

    /** Begins what {@code cause} has led to, in the same trace and only if that one is recorded. The caller ends it. */
    public Span begin(String name, Span cause) {
        return tracer == null
                ? NONE
                : tracer.spanBuilder(name).setParent(Context.root().with(cause)).startSpan();
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

    /** Whether the span's trace goes to the collector; also after its end. */
    public static boolean isRecorded(Span span) {
        return span.getSpanContext().isSampled();
    }
}
