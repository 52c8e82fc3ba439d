package dev.parley.session;

import java.time.Duration;

/** The configuration of plain tests: small batches. */
record FixedSessionConfig() implements SessionConfig {
    static final int BATCH = 5;
    static final int UNSTORED = 12;

    @Override
    public Duration life() {
        return Duration.ofDays(1);
    }

    @Override
    public int perAccount() {
        return 3;
    }

    @Override
    public Duration flushInterval() {
        return Duration.ofSeconds(1);
    }

    @Override
    public int flushSessions() {
        return BATCH;
    }

    @Override
    public Duration revocationInterval() {
        return Duration.ofSeconds(1);
    }

    @Override
    public Duration cleanupInterval() {
        return Duration.ofSeconds(10);
    }

    @Override
    public long cachedSessions() {
        return 100;
    }

    @Override
    public int unstored() {
        return UNSTORED;
    }

    @Override
    public Duration statementLimit() {
        return Duration.ofSeconds(1);
    }
}
