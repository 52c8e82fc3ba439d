package dev.parley.cluster;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;

/** How nodes know of each other. */
@ConfigMapping(prefix = "parley.cluster")
interface ClusterConfig {

    /** How often a node says that it lives: whole seconds. */
    @WithDefault("5s")
    Duration heartbeatInterval();

    /**
     * After how long a silence a node counts as dead, and its users as gone; a session that it stored since then, once that
     * is as long ago.
     */
    @WithDefault("20s")
    Duration deadAfter();

    /**
     * Whether nodes tell each other what happens. Without it all still arrives, within the sweep's interval. Takes one
     * connection to the database beside the pool.
     */
    @WithDefault("true")
    boolean wakeups();

    /** The program's version, as the build gave it. */
    @WithName("version")
    @WithDefault("${quarkus.application.version:unknown}")
    String version();
}
