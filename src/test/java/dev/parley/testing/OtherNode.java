package dev.parley.testing;

import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import jakarta.enterprise.inject.spi.CDI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * Another node on the program's database, as the program sees one: it says that it lives, writes, and tells and hears
 * wake-ups, as bare text.
 */
public final class OtherNode implements AutoCloseable {
    private static final String CHANNEL = "parley_wakeups";
    private final UUID id = UUID.randomUUID();
    private final Connection connection;
    private final PgConnection ears;
    private final List<String> heard = new CopyOnWriteArrayList<>();

    private OtherNode(Config config) throws Exception {
        var user = config.getValue("quarkus.datasource.username", String.class);
        var password = config.getValue("quarkus.datasource.password", String.class);
        connection = DriverManager.getConnection(
                config.getValue("quarkus.datasource.jdbc.url", String.class) + "?ApplicationName=other-node",
                user,
                password);
        ears = done(PgConnection.connect(
                CDI.current().select(Vertx.class).get(),
                PgConnectOptions.fromUri(config.getValue("quarkus.datasource.reactive.url", String.class))
                        .setUser(user)
                        .setPassword(password)));
        ears.notificationHandler(told -> hear(told.getPayload()));
        done(ears.query("listen " + CHANNEL).execute());
    }

    public static OtherNode joins() {
        try {
            var node = new OtherNode(ConfigProvider.getConfig());
            node.does(
                    "insert into node (id, version, heartbeat_at) values (?, 'test', now() + interval '1 h')", node.id);
            node.tells("here");
            return node;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    public UUID id() {
        return id;
    }

    /** Wakes the others. */
    public void tells(String words) {
        sends("1 " + id + " " + words);
    }

    /** Any text at all. */
    public void sends(String text) {
        does("select pg_notify('" + CHANNEL + "', ?)", text);
    }

    /** Writes a message of a member, without a word to anybody, and says at which seq. */
    public long writes(String room, String account, String body) {
        var append = """
                select seq from append_entries(array[?::uuid], array[?::uuid], array[?], array['message'],
                                               array[json_build_object('body', ?::text)::text], array['\\x00'::bytea])""";
        try (var sql = prepared(append, room, account, UUID.randomUUID().toString(), body);
                var rows = sql.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    public void does(String statement, Object... arguments) {
        try (var sql = prepared(statement, arguments)) {
            sql.execute();
        } catch (SQLException e) {
            throw new AssertionError(statement, e);
        }
    }

    /** Waits for a wake-up since it joined that is like that. */
    public void hears(Predicate<String> wanted) {
        await("a wake-up of the program").until(() -> heard.stream().anyMatch(wanted));
    }

    /** All that other nodes have told since it joined. */
    public List<String> heard() {
        return List.copyOf(heard);
    }

    private void hear(String text) {
        if (!text.startsWith("1 " + id)) {
            heard.add(text);
        }
    }

    private static <T> T done(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private PreparedStatement prepared(String statement, Object... arguments) throws SQLException {
        var sql = connection.prepareStatement(statement);
        for (int i = 0; i < arguments.length; i++) {
            sql.setObject(i + 1, arguments[i]);
        }
        return sql;
    }

    @Override
    public void close() {
        try (connection) {
            does("delete from node where id = ?", id);
            ears.close();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
