package dev.parley.account;

import dev.parley.problem.Refused;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Accounts in PostgreSQL. */
@ApplicationScoped
class PgAccounts implements AccountStore {
    private static final String ADD = "insert into account (id, name, name_key, password_hash) values ($1, $2, $3, $4)";
    private static final String FIND = "select id, name, password_hash from account where name_key = $1";

    private static final String NAME_UNIQUE = "account_name_unique";

    /** SQLSTATE classes that say "not now": connection, resources, operator intervention, and I/O of the system. */
    private static final Set<String> NOT_NOW = Set.of("08", "53", "57", "58");

    private final Pool pool;
    private final AccountConfig config;

    PgAccounts(Pool pool, AccountConfig config) {
        this.pool = pool;
        this.config = config;
    }

    @Override
    public boolean add(Account account, String nameKey, String passwordHash) {
        try {
            execute(ADD, Tuple.of(account.id(), account.name(), nameKey, passwordHash));
            return true;
        } catch (PgException refused) {
            if (NAME_UNIQUE.equals(refused.getConstraint())) {
                return false;
            }
            throw refused;
        }
    }

    @Override
    public Optional<Stored> find(String nameKey) {
        var rows = execute(FIND, Tuple.of(nameKey)).iterator();
        return rows.hasNext() ? Optional.of(stored(rows.next())) : Optional.empty();
    }

    private static Stored stored(Row row) {
        return new Stored(new Account(row.getUUID("id"), row.getString("name")), row.getString("password_hash"));
    }

    /** By withConnection: a query prepared on the pool itself can lose its connection (vertx-sql-client#1706). */
    private RowSet<Row> execute(String sql, Tuple parameters) {
        try {
            var rows = pool.withConnection(
                            connection -> connection.preparedQuery(sql).execute(parameters))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(config.databaseWait().toMillis(), TimeUnit.MILLISECONDS);
            return Objects.requireNonNull(rows);
        } catch (TimeoutException tooLate) {
            throw Refused.unavailable("The database did not answer in time", tooLate);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw Refused.unavailable("The server is stopping", stopped);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof PgException fault && !isNotNow(fault)) {
                throw fault;
            }
            throw Refused.unavailable("The database is away", failed);
        }
    }

    private static boolean isNotNow(PgException fault) {
        var state = fault.getSqlState();
        return state != null && state.length() == 5 && NOT_NOW.contains(state.substring(0, 2));
    }
}
