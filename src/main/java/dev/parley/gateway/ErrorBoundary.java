package dev.parley.gateway;

import dev.parley.database.Interrupted;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.ServerFrame.Failed;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Makes the answer of a fault: it costs one command. The cause stays here, under the id that the client is given. */
@ApplicationScoped
class ErrorBoundary {
    private static final Logger LOG = Logger.getLogger(ErrorBoundary.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    Failed answer(Connection connection, String command, @Nullable String re, Throwable fault) {
        return switch (fault) {
            case Interrupted _ -> Failed.after(re, ErrorCode.UNAVAILABLE, "the database does not answer", RETRY_AFTER);
            default -> internal(connection, command, re, fault);
        };
    }

    private static Failed internal(Connection connection, String command, @Nullable String re, Throwable fault) {
        var errorId = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        LOG.errorf(
                fault,
                "Command %s failed (error_id %s, connection %s, account %s); its sender was told, nobody else is touched",
                command,
                errorId,
                connection.id(),
                connection.account());
        return new Failed(
                re,
                null,
                ErrorCode.INTERNAL,
                "something went wrong here",
                ErrorCode.INTERNAL.retry(),
                RETRY_AFTER.toMillis(),
                errorId);
    }
}
