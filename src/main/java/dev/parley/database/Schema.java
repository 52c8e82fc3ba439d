package dev.parley.database;

import dev.parley.StartRefused;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.AgroalDataSource.FlushMode;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.flywaydb.core.api.output.MigrateResult;
import org.jboss.logging.Logger;

/** Brings the database's schema to this program's version at the start, before anything else of ours uses it. */
@Singleton
class Schema {
    private static final Logger LOG = Logger.getLogger(Schema.class);

    private final Flyway flyway;
    private final AgroalDataSource connections;
    private final String location;

    Schema(
            Flyway flyway,
            AgroalDataSource connections,
            @ConfigProperty(name = "quarkus.datasource.jdbc.url") String url) {
        this.flyway = flyway;
        this.connections = connections;
        // Without the parameters: a password may be among them.
        location = url.replaceFirst("\\?.*", "");
    }

    /**
     * Several nodes may do it at once; Flyway holds a lock. It would let a newer schema pass, but not as Quarkus sets it up.
     *
     * @throws StartRefused if the schema is newer than this program (nothing is changed then), or the database is away
     */
    void migrate(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent start) {
        try {
            MigrateResult result = flyway.migrate();
            if (result.migrationsExecuted > 0) {
                LOG.infof("Schema migrated to version %s", result.targetSchemaVersion);
            }
            // Nobody uses them again, and each would be a process of the server, and a warning at our stop if it died.
            connections.flush(FlushMode.IDLE);
        } catch (FlywayValidateException e) {
            throw notFitting(e);
        } catch (FlywayException e) {
            throw notMigrated(e);
        }
    }

    private StartRefused notFitting(FlywayValidateException fault) {
        try {
            return newest().map(version -> isNewer(version, fault)).orElseGet(() -> notMigrated(fault));
        } catch (FlywayException away) {
            fault.addSuppressed(away);
            return notMigrated(fault);
        }
    }

    /** The last of the migrations that this program does not know, since they are newer than all it knows. */
    private Optional<MigrationVersion> newest() {
        return Arrays.stream(flyway.info().all())
                .filter(migration -> isFuture(migration.getState()))
                .map(MigrationInfo::getVersion)
                .reduce((_, last) -> last);
    }

    private static StartRefused isNewer(MigrationVersion version, FlywayException fault) {
        return new StartRefused(
                "the database's schema has version " + version
                        + ", which is newer than this program knows: start the newer program, or restore a backup"
                        + " from before its migration. Nothing was changed",
                fault);
    }

    private StartRefused notMigrated(FlywayException fault) {
        return new StartRefused(
                "the schema of " + location + " could not be brought up to date: " + reason(fault), fault);
    }

    /** The deepest message that there is: the last cause of a limit that has passed has none. */
    private static String reason(FlywayException fault) {
        return Stream.<Throwable>iterate(fault, Objects::nonNull, Throwable::getCause)
                .map(Throwable::getMessage)
                .filter(Objects::nonNull)
                .reduce((_, deeper) -> deeper)
                .orElseGet(fault::toString);
    }

    private static boolean isFuture(MigrationState state) {
        return state == MigrationState.FUTURE_SUCCESS || state == MigrationState.FUTURE_FAILED;
    }
}
