package dev.parley.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;

/** The PostgreSQL server that all peers share, as its owner sees it. */
record Database(int port, String password) {
    static final String USER = "parley";

    Connection open(String database) throws SQLException {
        var login = new Properties();
        login.putAll(Map.of("user", USER, "password", password));
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + database, login);
    }

    String url(String database) {
        return "postgresql://" + USER + ":" + password + "@127.0.0.1:" + port + "/" + database;
    }

    /** Runs a query of one row with one column. */
    long number(String database, String sql, Object... parameters) throws SQLException {
        try (var connection = open(database);
                var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    /** Writes what is to be written and waits for the vacuuming that is under way, a minute at most: whoever comes next pays for none of it. */
    void settle() throws SQLException {
        execute("parley", """
                do $$
                begin
                    for i in 1 .. 600 loop
                        exit when not exists (select from pg_stat_activity where backend_type = 'autovacuum worker');
                        perform pg_sleep(0.1), pg_stat_clear_snapshot();
                    end loop;
                end $$;
                checkpoint""");
    }

    void execute(String database, String sql) throws SQLException {
        try (var connection = open(database);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
