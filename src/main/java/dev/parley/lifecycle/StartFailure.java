package dev.parley.lifecycle;

import dev.parley.StartRefused;
import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValidationException;
import java.util.Optional;
import java.util.stream.Stream;

/** Tells failures that an operator can act upon, in one line, from faults of ours, which keep their stack trace. */
final class StartFailure {
    private static final int DEPTH = 20;

    private StartFailure() {}

    static Optional<String> explain(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(DEPTH)
                .flatMap(cause -> line(cause).stream())
                // The innermost one is the most precise.
                .reduce((_, inner) -> inner)
                .map(StartFailure::oneLine);
    }

    private static Optional<String> line(Throwable cause) {
        return switch (cause) {
            case StartRefused refusal -> Optional.ofNullable(refusal.getMessage());
            case QuarkusBindException taken ->
                Optional.of("port " + taken.getPort() + " of " + taken.getHost()
                        + " is in use; choose others by QUARKUS_HTTP_PORT and QUARKUS_MANAGEMENT_PORT");
            case ConfigurationException wrong -> Optional.ofNullable(wrong.getMessage());
            case ConfigValidationException wrong -> Optional.ofNullable(wrong.getMessage());
            default -> Optional.empty();
        };
    }

    /** Without the class names and message numbers of the configuration library, which help nobody who runs Parley. */
    private static String oneLine(String text) {
        return text.strip()
                .replaceAll("(?:java\\.[\\w.]+: )?SRCFG\\d+: ", "")
                .replaceAll("(?<=:)\\s*\\R\\s*", " ")
                .replaceAll("\\s*\\R\\s*", "; ");
    }
}
