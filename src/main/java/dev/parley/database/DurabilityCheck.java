package dev.parley.database;

import dev.parley.StartRefused;
import dev.parley.database.DatabaseConfig.Strictness;
import io.quarkus.runtime.StartupEvent;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/** Asks the server at the start whether it keeps what it commits, since our acknowledgements promise it. */
@Singleton
class DurabilityCheck {
    private static final Logger LOG = Logger.getLogger(DurabilityCheck.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String QUESTION = """
            select current_setting('fsync') fsync,
                   current_setting('full_page_writes') full_page_writes,
                   current_setting('synchronous_commit') synchronous_commit,
                   current_setting('transaction_read_only')::boolean or pg_is_in_recovery() read_only
            """;

    private final Pool pool;
    private final Strictness strictness;

    DurabilityCheck(Pool pool, DatabaseConfig config) {
        this.pool = pool;
        strictness = config.durability();
    }

    /**
     * When the pool is warm: its connections are opened together, and this question takes one of them.
     *
     * @throws StartRefused if the server does not and {@code parley.database.durability} is {@code stop}
     */
    void verify(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE + 3) StartupEvent start) {
        List<String> faults = ask().faults();
        if (faults.isEmpty()) {
            return;
        }
        String text = "The database does not keep what it commits: " + String.join("; ", faults);
        if (strictness == Strictness.STOP) {
            throw new StartRefused(text + ". parley.database.durability=warn starts all the same");
        }
        LOG.warn(text);
    }

    private Durability ask() {
        return pool.withConnection(connection -> connection.query(QUESTION).execute())
                .map(rows -> answer(rows.iterator().next()))
                .ifNoItem()
                .after(LIMIT)
                .fail()
                .onFailure()
                .transform(
                        failure -> new StartRefused("the database does not answer: " + failure.getMessage(), failure))
                .await()
                .indefinitely();
    }

    private static Durability answer(Row row) {
        return new Durability(
                row.getString("fsync"),
                row.getString("full_page_writes"),
                row.getString("synchronous_commit"),
                row.getBoolean("read_only"));
    }
}
