package dev.parley.account;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The configuration of plain tests: the cheapest hash, and limits that a test can reach. */
record FixedConfig(String issuer, String audience, Duration hashingWait) implements AccountConfig {
    FixedConfig() {
        this("parley", "parley", Duration.ofSeconds(30));
    }

    @Override
    public Duration tokenLife() {
        return Duration.ofHours(12);
    }

    @Override
    public Duration clockSkew() {
        return Duration.ofSeconds(30);
    }

    @Override
    public Optional<String> signingKey() {
        return Optional.empty();
    }

    @Override
    public Path keyDirectory() {
        return Path.of("unused");
    }

    @Override
    public int bcryptCost() {
        return 4;
    }

    @Override
    public Duration databaseWait() {
        return Duration.ofSeconds(5);
    }

    @Override
    public int failuresPerNameAndAddress() {
        return 3;
    }

    @Override
    public int failuresPerName() {
        return 5;
    }

    @Override
    public int failuresPerAddress() {
        return 7;
    }

    @Override
    public Duration failureWindow() {
        return Duration.ofMinutes(1);
    }
}
