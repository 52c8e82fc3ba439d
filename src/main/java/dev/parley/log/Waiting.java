package dev.parley.log;

import io.opentelemetry.api.trace.Span;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * A line on its way into the log.
 *
 * @param deadline until when it is tried, by {@link System#nanoTime()}
 * @param frame the span of the command that it came with
 * @param outcome who waits for what becomes of it
 */
record Waiting(Line line, long deadline, Span frame, Consumer<Appended> outcome) {
    private static final Logger LOG = Logger.getLogger(Waiting.class);

    /** Says what became of it. One who cannot be told must not keep the others from hearing. */
    void tell(Appended became) {
        try {
            outcome.accept(became);
        } catch (RuntimeException e) {
            LOG.errorf(e, "The outcome of %s could not be told", line);
        }
    }
}
