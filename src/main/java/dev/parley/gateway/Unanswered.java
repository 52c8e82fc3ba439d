package dev.parley.gateway;

import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.ServerFrame;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The spans of a connection's commands that have no answer yet, by the ids that the client gave them: how the outcome that
 * it is told gets into its command's span. A command without an id has a span without an outcome. Confined to the
 * connection's event loop; there is none while tracing is off.
 */
final class Unanswered {
    static final String ROOM = "parley.room";
    static final String CID = "parley.cid";

    /** The others are the client's doing. */
    private static final Set<ErrorCode> OURS = EnumSet.of(ErrorCode.INTERNAL, ErrorCode.UNAVAILABLE, ErrorCode.TIMEOUT);

    private final Map<String, Span> spans = new HashMap<>();

    void asked(@Nullable String id, Span span) {
        if (id != null) {
            spans.put(id, span);
        }
    }

    void forget(@Nullable String id, Span span) {
        if (id != null) {
            spans.remove(id, span);
        }
    }

    /** Of all that is said to the client: notes the outcome in the span that it answers, if it does. */
    void said(ServerFrame frame) {
        switch (frame) {
            case ServerFrame.Done(var re) -> succeeded(re);
            case ServerFrame.Written written -> written(written);
            case ServerFrame.Opened opened -> succeeded(opened.re());
            case ServerFrame.Page page -> succeeded(page.re());
            case ServerFrame.Welcome welcome -> succeeded(welcome.re());
            case ServerFrame.Failed failed -> failed(failed);
            case ServerFrame.Entries _,
                    ServerFrame.CaughtUp _,
                    ServerFrame.Gap _,
                    ServerFrame.Lag _,
                    ServerFrame.Typing _,
                    ServerFrame.Ping _,
                    ServerFrame.Bye _ -> {}
        }
    }

    private void succeeded(@Nullable String re) {
        outcome(re, "ok");
    }

    private void written(ServerFrame.Written written) {
        outcome(written.re(), written.dup() ? "dup" : "ok")
                .setAttribute(ROOM, written.room().toString())
                .setAttribute("parley.seq", written.seq());
    }

    private void failed(ServerFrame.Failed failed) {
        var span = outcome(failed.re(), failed.code().wireName());
        if (OURS.contains(failed.code())) {
            span.setStatus(StatusCode.ERROR);
        }
        if (failed.errorId() != null) {
            span.setAttribute("parley.error_id", failed.errorId());
        }
    }

    private Span outcome(@Nullable String re, String outcome) {
        var span = re == null ? null : spans.get(re);
        return span == null ? Span.getInvalid() : span.setAttribute("parley.outcome", outcome);
    }
}
