package dev.parley.log;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;

/** What the log counts. Thread-safe. */
@Singleton // a statement may end after the container has, which a proxy would ask
class LogMetrics {
    private final Timer commits;
    private final DistributionSummary batches;
    private final Counter failures;
    private final Counter written;
    private final Counter known;
    private final Counter refused;
    private final Counter unavailable;
    private final Counter faulty;

    LogMetrics(MeterRegistry metrics) {
        commits = Timer.builder("parley.log.commit")
                .description("From a batch's statement to the answer that it is committed")
                .publishPercentileHistogram()
                .register(metrics);
        batches = DistributionSummary.builder("parley.log.batch.lines")
                .description("Lines in one transaction")
                .publishPercentileHistogram()
                .minimumExpectedValue(1.0)
                .maximumExpectedValue(1024.0)
                .register(metrics);
        failures = Counter.builder("parley.log.batch.failures")
                .description("Batches that failed or whose outcome is not known; each is tried again")
                .register(metrics);
        written = lines(metrics, "written");
        known = lines(metrics, "known");
        refused = lines(metrics, "refused");
        unavailable = lines(metrics, "unavailable");
        faulty = lines(metrics, "faulty");
    }

    void committed(int lines, long tookNanos) {
        commits.record(tookNanos, TimeUnit.NANOSECONDS);
        batches.record(lines);
    }

    void failed() {
        failures.increment();
    }

    void told(Appended outcome) {
        var counter = switch (outcome) {
            case Appended.Written _ -> written;
            case Appended.Known _ -> known;
            case Appended.Refused _ -> refused;
            case Appended.Unavailable _ -> unavailable;
            case Appended.Faulty _ -> faulty;
        };
        counter.increment();
    }

    private static Counter lines(MeterRegistry metrics, String outcome) {
        return Counter.builder("parley.log.lines")
                .description("Lines by what became of them")
                .tag("outcome", outcome)
                .register(metrics);
    }
}
