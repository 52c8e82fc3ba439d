package dev.parley.lifecycle;

import dev.parley.StartRefused;
import dev.parley.database.DatabaseUrl;
import dev.parley.database.EmbeddedPostgres;
import io.quarkus.runtime.Application;
import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.config.SmallRyeConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Decides which database this process uses, before Quarkus reads its configuration: the one of {@code DB_URL}, else the
 * one of the usual Quarkus keys, else the embedded server. The decision is handed over as system properties.
 */
final class DatabaseChoice {
    private static final Logger LOG = Logger.getLogger(DatabaseChoice.class);

    /** Set while this JVM runs the embedded server: a live reload of dev mode calls main again, in a new class loader. */
    private static final String RUNNING = "parley.embedded-postgres.running";

    private static final String DIRECTORY = "parley.database.embedded.directory";

    /** Longer than the longest drain: the server must not go before the program has ended. */
    private static final Duration PROGRAM_STOP_LIMIT = Duration.ofSeconds(60);

    private static final Duration UNANSWERING_LIMIT = Duration.ofSeconds(2);
    /** What the process needs to end when the server has. */
    private static final Duration EXIT = Duration.ofMillis(500);

    private static volatile @Nullable EmbeddedPostgres embedded;

    private DatabaseChoice() {}

    /** The server that this process starts, has started or adopted; none if a database was configured. */
    static Optional<EmbeddedPostgres> embedded() {
        return Optional.ofNullable(embedded);
    }

    /** @throws StartRefused if the choice is contradictory, or the embedded server does not start */
    static void make() {
        if (System.getProperty(RUNNING) != null) {
            return;
        }
        SmallRyeConfig config = ConfigUtils.configBuilder()
                // As in application.properties, which a native executable does not have at this point.
                .withDefaultValue(DIRECTORY, "${PARLEY_DATA_DIR:.parley}")
                .build();
        Optional<String> url = text(config, "DB_URL");
        if (url.isPresent()) {
            hand(DatabaseUrl.parse(url.get(), text(config, "DB_USER"), text(config, "DB_PASSWORD")));
            return;
        }
        Optional<String> reactive = text(config, "quarkus.datasource.reactive.url");
        Optional<String> jdbc = text(config, "quarkus.datasource.jdbc.url");
        if (reactive.isPresent() != jdbc.isPresent()) {
            throw new StartRefused(
                    "quarkus.datasource.reactive.url and quarkus.datasource.jdbc.url must be given together;"
                            + " DB_URL sets both");
        }
        if (reactive.isEmpty()) {
            embed(Path.of(config.getValue(DIRECTORY, String.class)));
        }
    }

    private static void embed(Path directory) {
        EmbeddedPostgres server = StopSignal.interrupting(() -> {
            var found = EmbeddedPostgres.in(directory);
            embedded = found; // before it is launched: a second signal does not wait for us, and ends it
            return found.start();
        });
        System.setProperty(RUNNING, directory.toString());
        hand(server.url());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAfterProgram(server), "embedded-postgres-stop"));
        LOG.infof(
                "Embedded PostgreSQL %s in %s on port %d",
                server.isOwner() ? "runs" : "of another process adopted", directory.toAbsolutePath(), server.port());
    }

    /** Runs beside Quarkus' own shutdown hook, which still needs the database. */
    private static void stopAfterProgram(EmbeddedPostgres server) {
        Application program = ApplicationLifecycleManager.getCurrentApplication();
        if (program != null) {
            Thread waiter =
                    Thread.ofPlatform().daemon().name("program-stop-waiter").start(program::awaitShutdown);
            try {
                waiter.join(PROGRAM_STOP_LIMIT);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        StopSignal.timeLeft().ifPresentOrElse(left -> server.stop(left.minus(EXIT)), server::close);
    }

    /** At the end of a stop, when the embedded server has not answered: nobody needs it any more, and frozen it would hold us. */
    static void endUnanswering() {
        embedded().ifPresent(server -> server.stop(UNANSWERING_LIMIT));
    }

    private static void hand(DatabaseUrl database) {
        database.properties().forEach(System::setProperty);
    }

    private static Optional<String> text(Config config, String key) {
        return config.getOptionalValue(key, String.class).filter(value -> !value.isBlank());
    }
}
