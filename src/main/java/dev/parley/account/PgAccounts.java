package dev.parley.account;

import dev.parley.database.Interrupted;
import dev.parley.database.Statements;
import dev.parley.problem.Refused;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Accounts in PostgreSQL. */
@ApplicationScoped
class PgAccounts implements AccountStore {
    private static final String ADD = "insert into account (id, name, name_key, password_hash) values ($1, $2, $3, $4)";
    private static final String FIND = "select id, name, password_hash from account where name_key = $1";

    private static final String NAME_UNIQUE = "account_name_unique";

    /** The statement's own limit ends first: this one only keeps a lost answer from waiting for ever. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Statements statements;
    private final AccountConfig config;

    PgAccounts(Statements statements, AccountConfig config) {
        this.statements = statements;
        this.config = config;
    }

    @Override
    public boolean add(Account account, String nameKey, String passwordHash) {
        try {
            // Once: an account that was added unheard would be taken for another's.
            var _ = await(statements.once(
                    ADD, Tuple.of(account.id(), account.name(), nameKey, passwordHash), config.databaseWait()));
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
        var rows = await(statements.run(FIND, Tuple.of(nameKey), config.databaseWait()))
                .iterator();
        return rows.hasNext() ? Optional.of(stored(rows.next())) : Optional.empty();
    }

    private static Stored stored(Row row) {
        return new Stored(new Account(row.getUUID("id"), row.getString("name")), row.getString("password_hash"));
    }

    private RowSet<Row> await(Future<RowSet<Row>> rows) {
        try {
            return rows.toCompletionStage()
                    .toCompletableFuture()
                    .get(config.databaseWait().plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException tooLate) {
            throw Refused.unavailable("The database did not answer in time", tooLate);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw Refused.unavailable("The server is stopping", stopped);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof Interrupted away) {
                throw Refused.unavailable("The database is away", away);
            }
            throw failed.getCause() instanceof RuntimeException fault ? fault : new IllegalStateException(failed);
        }
    }
}
