package dev.parley.database;

import dev.parley.testing.Signals;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

/** An embedded server, perhaps of a program that runs in another process, found by its directory. */
public record ServerOnDisk(Path workDirectory) {
    /** What connections of tests call themselves. */
    private static final String APPLICATION_NAME = "parley-test";

    private DataDirectory directory() {
        return new DataDirectory(root());
    }

    /** What an {@link EmbeddedPostgres} is started on, to be this server. */
    public Path root() {
        return workDirectory.resolve(".parley");
    }

    public boolean isServing() {
        return Postmaster.of(directory().data()).filter(Postmaster::isServing).isPresent();
    }

    /** A last owner takes over what a failed test left running, and stops it. */
    void isLeftToNobody() {
        if (isServing()) {
            EmbeddedPostgres.in(root()).start().close();
        }
    }

    boolean hasLockFile() {
        return Postmaster.of(directory().data()).isPresent();
    }

    /** The server's first process, the parent of all others. */
    public ProcessHandle process() {
        return ProcessHandle.of(postmaster().pid()).orElseThrow();
    }

    Postmaster postmaster() {
        return Postmaster.of(directory().data()).orElseThrow();
    }

    /** Kills the server and all its children at once, and says how many they were. */
    public int killsAll() {
        var server = ProcessHandle.of(postmaster().pid()).orElseThrow();
        var all = Stream.concat(Stream.of(server), server.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        return all.size();
    }

    /**
     * Stops all its processes where they are, and says which they are. The parent first: frozen, it has no more children
     * and notices nothing of theirs.
     */
    public List<ProcessHandle> freezes() {
        var parent = process();
        Signals.send("STOP", parent);
        var children = parent.children().toList();
        children.forEach(child -> Signals.send("STOP", child));
        return Stream.concat(children.stream(), Stream.of(parent)).toList();
    }

    /** Stops one child of its first process where it is, which therefore does not notice when that is killed. */
    public ProcessHandle freezesAChild() {
        var child = process().children().findFirst().orElseThrow();
        Signals.send("STOP", child);
        return child;
    }

    void execute(String statement) throws SQLException {
        try (Connection connection = connect();
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    String value(String query) throws SQLException {
        try (Connection connection = connect();
                Statement sql = connection.createStatement();
                ResultSet rows = sql.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + postmaster().port() + "/" + DataDirectory.DATABASE
                        + "?ApplicationName=" + APPLICATION_NAME,
                DataDirectory.USER,
                directory().password());
    }
}
