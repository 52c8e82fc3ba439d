package dev.parley.message;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The bounds of messages. */
@ConfigMapping(prefix = "parley.message")
public interface MessageConfig {

    /** Most bytes of UTF-8 in a message's body: long enough for a page of text, short enough to be delivered to thousands. */
    @WithDefault("16384")
    int bodyBytes();
}
