package dev.parley.room;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The bounds of rooms. */
@ConfigMapping(prefix = "parley.room")
interface RoomConfig {

    /** Most members that the answer to {@code open} lists; their count is always told. */
    @WithDefault("100")
    int membersListed();

    /** Entries that {@code open} answers with when the client names neither {@code since} nor {@code limit}. */
    @WithDefault("50")
    int openLimit();

    /** How long one statement may take before the client hears unavailable. */
    @WithDefault("5s")
    Duration statementLimit();
}
