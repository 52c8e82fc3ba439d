package dev.parley.log;

import dev.parley.trace.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;

/**
 * Writes batches to the store and traces that: each try is a transaction and a span. It belongs to the trace of the first
 * command in its batch that is recorded, and has links to and from all of them.
 */
final class Commits {
    private final EntryStore store;
    private final Tracing tracing;

    Commits(EntryStore store, Tracing tracing) {
        this.store = store;
        this.tracing = tracing;
    }

    /** Begins the span of one try, the first or a later one. */
    Span begin(List<Waiting> batch, int attempt) {
        return tracing.isOn() ? traced(batch, attempt) : Tracing.NONE;
    }

    /** The outcomes are in the order of the lines. The span ends with the answer. */
    Future<List<Appended>> write(List<Waiting> batch, Span span) {
        if (!tracing.isOn()) {
            return write(batch);
        }
        Promise<List<Appended>> written = Promise.promise();
        tracing.apart(span, () -> write(batch).onComplete(written));
        return written.future().onSuccess(_ -> span.end()).onFailure(fault -> fail(span, fault));
    }

    private Future<List<Appended>> write(List<Waiting> batch) {
        try {
            var line = batch.getFirst().line();
            return line.kind().changesRoom()
                    ? store.change(line).map(List::of)
                    : store.append(batch.stream().map(Waiting::line).toList());
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    /** Has what the commit leads to on this thread be part of its trace. */
    Scope within(Span span) {
        return tracing.in(span);
    }

    private Span traced(List<Waiting> batch, int attempt) {
        var recorded =
                batch.stream().map(Waiting::frame).filter(Tracing::isRecorded).toList();
        var span = tracing.begin("commit", recorded.isEmpty() ? batch.getFirst().frame() : recorded.getFirst());
        if (span.isRecording()) {
            span.setAttribute("parley.lines", batch.size()).setAttribute("parley.attempt", attempt);
            recorded.forEach(frame -> {
                span.addLink(frame.getSpanContext());
                frame.addLink(span.getSpanContext());
            });
        }
        return span;
    }

    /** By its class: the text of a fault may quote what was to be written. */
    private static void fail(Span span, Throwable fault) {
        span.setStatus(StatusCode.ERROR)
                .setAttribute("error.type", fault.getClass().getName());
        span.end();
    }
}
