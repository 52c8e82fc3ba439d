package dev.parley.lifecycle;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the node lets its clients go. */
@ConfigMapping(prefix = "parley.drain")
interface DrainConfig {

    /** How long a whole stop may take, from the signal to the end of the process. At least one second. */
    @WithDefault("10s")
    Duration deadline();

    /** How many sockets at least go in one wave. */
    @WithDefault("100")
    int waveSockets();
}
