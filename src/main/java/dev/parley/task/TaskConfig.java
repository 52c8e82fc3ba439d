package dev.parley.task;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The limits of background work. */
@ConfigMapping(prefix = "parley.task")
interface TaskConfig {

    /** After it a run is interrupted and counts as failed, if its task names no limit of its own. */
    @WithDefault("30s")
    Duration limit();

    /** How long a loop that failed waits before it is started again. */
    @WithDefault("1s")
    Duration loopPause();

    /** How long a cancellation waits for the run that it interrupts. */
    @WithDefault("2s")
    Duration cancelLimit();
}
