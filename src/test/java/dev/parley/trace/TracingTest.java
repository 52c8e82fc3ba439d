package dev.parley.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.Tracer;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

class TracingTest {
    /** Its spans can be described, but not begun. */
    private final Tracing tracing = new Tracing(false, _ -> broken());

    @Test
    void doesWithoutSpansThatCannotBeBegun() {
        assertThat(tracing.begin("send")).isSameAs(Tracing.NONE);
        assertThat(tracing.begin("commit", Tracing.NONE)).isSameAs(Tracing.NONE);
    }

    private static SpanBuilder broken() {
        return (SpanBuilder) Proxy.newProxyInstance(
                Tracer.class.getClassLoader(), new Class<?>[] {SpanBuilder.class}, (self, method, _) -> {
                    if (method.getName().equals("startSpan")) {
                        throw new IllegalStateException("as a broken exporter does");
                    }
                    return self;
                });
    }
}
