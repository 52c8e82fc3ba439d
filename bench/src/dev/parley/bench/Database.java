package dev.parley.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
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

    /**
     * Vacuums and writes what is known to need it, so that who comes next does not pay for it. Else autovacuum, which looks at one
     * database after the other, would find much to do in those of the peers before, while the next one is measured.
     */
    void settle() throws SQLException {
        for (var database : column("parley", """
                select datname from pg_database
                 where datallowconn and not datistemplate and datconnlimit <> -2 -- left by a drop that was broken off""")) {
            for (var vacuum : column(database, """
                    select format('vacuum analyze %I.%I', schemaname, relname) from pg_stat_user_tables
                     where n_ins_since_vacuum + n_dead_tup + n_mod_since_analyze > 0""")) {
                execute(database, vacuum);
            }
        }
        execute("parley", "checkpoint");
    }

    private List<String> column(String database, String sql) throws SQLException {
        var column = new ArrayList<String>();
        try (var connection = open(database);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                column.add(rows.getString(1));
            }
        }
        return column;
    }

    void execute(String database, String sql) throws SQLException {
        try (var connection = open(database);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
