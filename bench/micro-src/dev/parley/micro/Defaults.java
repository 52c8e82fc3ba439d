package dev.parley.micro;

import io.smallrye.config.SmallRyeConfigBuilder;

/** The configuration of a program that is told nothing. */
public final class Defaults {
    private Defaults() {}

    public static <T> T of(Class<T> mapping) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(mapping)
                .build()
                .getConfigMapping(mapping);
    }
}
