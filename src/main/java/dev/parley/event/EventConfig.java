package dev.parley.event;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The memory of events. */
@ConfigMapping(prefix = "parley.event")
interface EventConfig {

    /** Events remembered of each type, so that a busy type does not push a rare one out. 0 remembers and counts none. */
    @WithDefault("256")
    int history();
}
