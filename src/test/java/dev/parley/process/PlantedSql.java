package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.database.ServerOnDisk;
import dev.parley.testing.PatchedProgram;
import java.sql.SQLException;
import java.util.Map;

/** Bugs in what the database does for Parley, in the database of one test. */
final class PlantedSql {
    private static final String APPEND = "append_batch";

    private PlantedSql() {}

    /** Changes the function that appends lines: each old text stands there exactly once. */
    static void inAppend(ServerOnDisk database, Map<String, String> changes) {
        try (var connection = database.connect();
                var sql = connection.createStatement()) {
            String before;
            try (var rows = sql.executeQuery("select pg_get_functiondef('" + APPEND + "'::regproc)")) {
                assertThat(rows.next()).isTrue();
                before = rows.getString(1);
            }
            sql.execute(PatchedProgram.replaced(before, changes));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    static void run(ServerOnDisk database, String statements) {
        try (var connection = database.connect();
                var sql = connection.createStatement()) {
            sql.execute(statements);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
