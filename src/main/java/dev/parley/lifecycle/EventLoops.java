package dev.parley.lifecycle;

import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;

/**
 * One event loop for every two cores, unless {@code quarkus.vertx.event-loops-pool-size} says otherwise: a loop that has more
 * to do does it in larger batches, and the way of a message crosses fewer threads. Measured on two cores that PostgreSQL
 * shares, against Vert.x's own two loops for each core: bench/README.md, "Settings chosen by measurement".
 */
public final class EventLoops implements SmallRyeConfigBuilderCustomizer {
    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        if (isBuild()) { // whose machine's cores would go into the program
            return;
        }
        int loops = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        builder.withDefaultValue("quarkus.vertx.event-loops-pool-size", Integer.toString(loops));
    }

    /** Or dev mode, which needs no choice. */
    private static boolean isBuild() {
        return EventLoops.class.getClassLoader().getClass().getSimpleName().equals("QuarkusClassLoader");
    }
}
