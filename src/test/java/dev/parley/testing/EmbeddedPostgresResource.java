package dev.parley.testing;

import dev.parley.database.EmbeddedPostgres;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One fresh PostgreSQL server for all tests of this JVM, kept below {@code target}. On each {@code @QuarkusTest}:
 * {@code @WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)}.
 */
public final class EmbeddedPostgresResource implements QuarkusTestResourceLifecycleManager {
    private @Nullable EmbeddedPostgres server;

    @Override
    public Map<String, String> start() {
        server = EmbeddedPostgres.in(freshDirectory()).start();
        return server.url().properties();
    }

    @Override
    public void stop() {
        if (server != null) {
            server.close();
            server = null;
        }
    }

    private static Path freshDirectory() {
        try {
            Path parent = Files.createDirectories(Path.of("target", "test-databases"));
            return Files.createTempDirectory(parent, "run-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
