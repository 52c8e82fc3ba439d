package dev.parley.problem;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * Where the error boundaries write down faults. Each gets an id and a line with that id; the first of its kind in a minute
 * has the stack trace, the others name the first, so that a storm of one fault does not bury the log. Thread-safe.
 */
@Singleton
public class FaultLog {
    /** When who met a fault of ours may try again: the next time it may go well. */
    public static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private static final Logger LOG = Logger.getLogger(FaultLog.class);
    private static final Duration QUIET = Duration.ofMinutes(1);
    private static final int MOST_KINDS = 256;

    private final MeterRegistry metrics;
    private final ConcurrentHashMap<String, Counter> counters = new ConcurrentHashMap<>();
    private final Cache<Kind, String> firsts = Caffeine.newBuilder()
            .maximumSize(MOST_KINDS)
            .expireAfterWrite(QUIET)
            .build();

    /** What was thrown where: messages differ from one to the next. */
    private record Kind(
            String where, Class<?> fault, @Nullable StackTraceElement place) {
        static Kind of(String where, Throwable fault) {
            var root = fault;
            for (int depth = 0; root.getCause() != null && depth < 10; depth++) {
                root = root.getCause();
            }
            var trace = root.getStackTrace();
            return new Kind(where, root.getClass(), trace.length == 0 ? null : trace[0]);
        }
    }

    public FaultLog(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    /**
     * Logs and counts a fault.
     *
     * @param where the kind of work, in a word: a tag of a metric
     * @param what a line for the operator: what failed, for whom, and who knows
     * @return the id under which the line is found; all that a client may learn of the fault
     */
    public String record(String where, String what, Throwable fault) {
        return record(where, what, Map.of(), fault);
    }

    /**
     * The same.
     *
     * @param about fields of the line where the log has fields (JSON), each under its name
     */
    public String record(String where, String what, Map<String, String> about, Throwable fault) {
        var errorId = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        counters.computeIfAbsent(where, this::counter).increment();
        var first = firsts.asMap().putIfAbsent(Kind.of(where, fault), errorId);
        about.forEach(MDC::put);
        try {
            log(what, fault, errorId, first);
        } finally {
            about.keySet().forEach(MDC::remove);
        }
        return errorId;
    }

    private static void log(String what, Throwable fault, String errorId, @Nullable String first) {
        if (first == null) {
            LOG.errorf(fault, "%s (error_id %s)", what, errorId);
        } else { // without the message: it may differ, and it may quote
            LOG.errorf(
                    "%s (error_id %s): %s again, see error_id %s",
                    what, errorId, fault.getClass().getSimpleName(), first);
        }
    }

    private Counter counter(String where) {
        return Counter.builder("parley.faults")
                .description("Faults of ours that were caught at a boundary")
                .tag("where", where)
                .register(metrics);
    }
}
