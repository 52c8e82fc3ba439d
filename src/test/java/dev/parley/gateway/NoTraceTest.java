package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.TestAccount;
import dev.parley.trace.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.prometheus.client.exemplars.ExemplarSampler;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.microprofile.context.ThreadContext;
import org.junit.jupiter.api.Test;

/** Tracing is off unless somebody turned it on, and costs nothing then. */
@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
@SuppressWarnings("NullAway.Init") // set before each test
class NoTraceTest {
    @TestHTTPResource("/")
    URI server;

    @Inject
    Tracing tracing;

    @Inject
    Tracer tracer;

    @Inject
    InMemorySpanExporter exporter;

    @Inject
    Optional<ExemplarSampler> exemplars;

    @Inject
    ThreadContext threads;

    @Test
    void makesNoSpan() {
        assertThat(tracing.isOn()).isFalse();
        assertThat(tracing.begin("send")).isSameAs(Tracing.NONE);
        assertThat(tracing.begin("commit", Tracing.NONE)).isSameAs(Tracing.NONE);
        assertThat(tracing.current()).isSameAs(Tracing.NONE);
    }

    @Test
    void startsNoExporter() {
        try (var alice = TestAccount.registers(server, "alice").connects(server)) {
            Chat.send(alice, Chat.createPublic(alice), "hello");
        }
        tracer.spanBuilder("whoever makes one past us").startSpan().end();

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("BatchSpanProcessor") || name.contains("PeriodicMetricReader"));
        assertThat(exporter.getFinishedSpanItems()).isEmpty();
    }

    @Test
    void hasNoMetricLookForATrace() {
        assertThat(exemplars).isEmpty();
    }

    /** Each step of each Uni would be one. */
    @Test
    void carriesNoTraceFromThreadToThread() {
        var span = Span.wrap(SpanContext.create(
                "0af7651916cd43dd8448eb211c80319c",
                "b7ad6b7169203331",
                TraceFlags.getSampled(),
                TraceState.getDefault()));
        Supplier<Span> elsewhere;
        try (var _ = span.makeCurrent()) {
            assertThat(Span.current()).isSameAs(span);
            elsewhere = threads.contextualSupplier(Span::current);
        }

        assertThat(elsewhere.get().getSpanContext().isValid()).isFalse();
    }
}
