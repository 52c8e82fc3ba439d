package dev.parley.lifecycle;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a drain stands.
 *
 * @param state {@code serving}, {@code draining}, {@code drained} (nobody is connected any more) or {@code stopping}
 * @param since when it began; null while the node serves
 * @param step the one that was begun or done last; null while the node serves
 * @param connections sockets that are open
 * @param commandsInFlight commands without an answer
 * @param wavesToCome how often clients will be sent away
 */
public record DrainView(
        String state,
        @Nullable Instant since,
        @Nullable String step,
        int connections,
        int commandsInFlight,
        int wavesToCome) {}
