package dev.parley.presence;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How well it is known who is online, and what that may cost. */
@ConfigMapping(prefix = "parley.presence")
interface PresenceConfig {

    /** How often the database is asked who of the watched rooms' members is online: whole seconds. */
    @WithDefault("5s")
    Duration interval();

    /** How long somebody counts as online after the last connection is gone: for as long as coming back may take. */
    @WithDefault("10s")
    Duration grace();

    /** Most members of a room of whom it is told who is online. */
    @WithDefault("1000")
    int members();

    /** How long one statement may take before the client hears unavailable. */
    @WithDefault("5s")
    Duration statementLimit();
}
