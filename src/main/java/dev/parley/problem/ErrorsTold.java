package dev.parley.problem;

import dev.parley.protocol.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Map;

/** Counts what clients are told, by code: {@code error} frames and problems of REST. Thread-safe. */
@Singleton
public class ErrorsTold {
    private final Map<ErrorCode, Counter> counters = new EnumMap<>(ErrorCode.class);

    ErrorsTold(MeterRegistry metrics) {
        for (var code : ErrorCode.values()) {
            counters.put(
                    code,
                    Counter.builder("parley.errors")
                            .description("Errors that clients were told")
                            .tag("code", code.wireName())
                            .register(metrics));
        }
    }

    public void count(ErrorCode code) {
        var counter = counters.get(code);
        if (counter != null) {
            counter.increment();
        }
    }
}
