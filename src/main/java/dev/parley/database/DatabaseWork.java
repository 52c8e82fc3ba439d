package dev.parley.database;

import dev.parley.task.Postponed;
import dev.parley.task.Work;
import io.vertx.core.Future;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** Makes a task's work of statements: it waits for them, and a database that is away is not the task's failure. */
public final class DatabaseWork {
    private DatabaseWork() {}

    /** @param statements whose future ends within bounded time, as those of {@link Statements} do */
    public static Work of(Supplier<? extends Future<?>> statements) {
        return () -> await(statements.get());
    }

    static void await(Future<?> outcome) throws Exception {
        try {
            var _ = outcome.toCompletionStage().toCompletableFuture().get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof Interrupted away ? new Postponed(away) : failed;
        }
    }
}
