package dev.parley.log;

import io.opentelemetry.api.trace.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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

    /** The same lines in at most so many parts, none of which has a room in common with another. */
    static List<List<Waiting>> byRooms(List<Waiting> lines, int most) {
        var rooms =
                lines.stream().map(waiting -> waiting.line().room()).distinct().toList();
        int size = Math.ceilDiv(rooms.size(), most);
        var parts = new ArrayList<List<Waiting>>();
        for (int from = 0; from < rooms.size(); from += size) {
            var some = Set.copyOf(rooms.subList(from, Math.min(rooms.size(), from + size)));
            parts.add(lines.stream()
                    .filter(waiting -> some.contains(waiting.line().room()))
                    .toList());
        }
        return parts;
    }
}
