package dev.parley.testing;

import dev.parley.database.DatabaseUrl;
import dev.parley.database.EmbeddedPostgres;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL server of its own that the program reaches through a {@link FaultProxy}, and the test directly. */
public final class FaultyDatabaseResource implements QuarkusTestResourceLifecycleManager {
    private @Nullable EmbeddedPostgres server;
    private @Nullable FaultProxy proxy;

    /** What a test's field of this type holds. */
    public record FaultyDatabase(FaultProxy wire, DatabaseUrl direct) {
        /** A connection past the proxy. */
        public Connection connects() throws SQLException {
            var properties = direct.properties();
            return DriverManager.getConnection(
                    String.valueOf(properties.get("quarkus.datasource.jdbc.url")),
                    direct.user(),
                    direct.password().orElse(""));
        }
    }

    @Override
    public Map<String, String> start() {
        try {
            Path parent = Files.createDirectories(Path.of("target", "test-databases"));
            server = EmbeddedPostgres.in(Files.createTempDirectory(parent, "faulty-"))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var url = server.url();
        proxy = FaultProxy.to(url.port());
        return new DatabaseUrl(url.host(), proxy.port(), url.database(), url.user(), url.password(), url.parameters())
                .properties();
    }

    @Override
    public void inject(TestInjector injector) {
        if (server != null && proxy != null) {
            injector.injectIntoFields(
                    new FaultyDatabase(proxy, server.url()), (Field field) -> field.getType() == FaultyDatabase.class);
        }
    }

    @Override
    public void stop() {
        if (proxy != null) {
            proxy.close();
        }
        if (server != null) {
            server.close();
        }
    }

    /** After the server that all other tests share: what comes later wins. */
    @Override
    public int order() {
        return 10;
    }
}
