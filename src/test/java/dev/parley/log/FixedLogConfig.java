package dev.parley.log;

import java.time.Duration;

/** The log's bounds in plain tests. */
record FixedLogConfig(int batchLines, int batchCharacters, int queueLines, long queueCharacters) implements LogConfig {
    FixedLogConfig() {
        this(512, 1 << 20, 20_000, 1 << 25);
    }

    @Override
    public int lanes() {
        return 1;
    }

    @Override
    public Duration patience() {
        return Duration.ofSeconds(5);
    }

    @Override
    public Duration statementLimit() {
        return Duration.ofSeconds(3);
    }

    @Override
    public Duration retryAfter() {
        return Duration.ofSeconds(1);
    }

    @Override
    public long tailBytes() {
        return 1 << 20;
    }

    @Override
    public Duration sweepInterval() {
        return Duration.ofSeconds(2);
    }

    @Override
    public Duration sweepLimit() {
        return Duration.ofSeconds(15);
    }
}
