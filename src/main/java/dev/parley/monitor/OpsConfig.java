package dev.parley.monitor;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** What operators may ask of {@code /ops}. */
@ConfigMapping(prefix = "parley.ops")
interface OpsConfig {

    /** What a request has to show; without one only this machine is served, if the port is its own. */
    Optional<String> token();

    /** Most lines in one answer. */
    @WithDefault("200")
    int pageLimit();

    /** Most streams at a time. */
    @WithDefault("16")
    int streamSubscribers();

    /** Most events that wait for one stream; what comes on top is dropped, and the stream says how much. */
    @WithDefault("1000")
    int streamQueue();

    /** How long a stream's client may read nothing before it is cut off. */
    @WithDefault("10s")
    Duration streamPatience();
}
