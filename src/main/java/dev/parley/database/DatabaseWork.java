package dev.parley.database;

import dev.parley.problem.FaultLog;
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

    /**
     * For who does not wait for it: what it fails by is logged, unless it is that the database is away.
     *
     * @param where the task that does the same now and then
     */
    public static void unawaited(String where, Future<?> outcome, FaultLog faults) {
        var _ = outcome.onFailure(fault -> {
            if (!(fault instanceof Interrupted)) {
                var _ = faults.record(where, "A step of %s failed; all else goes on".formatted(where), fault);
            }
        });
    }

    /** The same for one of several statements, on the task's thread; answers what they do. */
    public static <T> T await(Future<T> outcome) throws Exception {
        try {
            return outcome.toCompletionStage().toCompletableFuture().get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof Interrupted away ? new Postponed(away) : failed;
        }
    }
}
