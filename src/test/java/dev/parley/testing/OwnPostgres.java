package dev.parley.testing;

import dev.parley.database.DatabaseUrl;
import dev.parley.database.EmbeddedPostgres;
import dev.parley.database.ServerOnDisk;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A real PostgreSQL server that belongs to the test, to be stopped, killed, frozen and started again while a program uses
 * it over a {@link FaultProxy}. Each method returns when what it says is done, and fails if it could not do it.
 */
public final class OwnPostgres implements AutoCloseable {
    /** What Parley calls each of its connections. */
    private static final String PARLEY = "application_name in ('parley', 'parley wake-ups')";

    private final ServerOnDisk server;
    private final FaultProxy wire;
    private EmbeddedPostgres running;

    private OwnPostgres(ServerOnDisk server) {
        this.server = server;
        this.running = EmbeddedPostgres.in(server.root()).start();
        this.wire = FaultProxy.to(running.port());
    }

    /** Starts a fresh server below that directory. */
    public static OwnPostgres starts(Path directory) {
        return new OwnPostgres(new ServerOnDisk(directory));
    }

    /** Between the program and the server. */
    public FaultProxy wire() {
        return wire;
    }

    /** The server itself, past the wire. */
    public ServerOnDisk server() {
        return server;
    }

    /** The variables that lead a program to it, over the wire. */
    public Map<String, String> environment() {
        DatabaseUrl url = running.url();
        var variables = new LinkedHashMap<String, String>();
        variables.put("DB_URL", "postgresql://%s:%d/%s".formatted(url.host(), wire.port(), url.database()));
        variables.put("DB_USER", url.user());
        url.password().ifPresent(password -> variables.put("DB_PASSWORD", password));
        return variables;
    }

    /** In good order, as for an upgrade: connections are ended by the server. */
    public void stops() {
        running.close();
        if (server.isServing()) {
            throw new AssertionError("it did not stop");
        }
        Faults.injected("stop of PostgreSQL");
    }

    /** After a stop or a kill; connections over the wire find it again. */
    public void startsAgain() {
        running = EmbeddedPostgres.in(server.root()).start();
        if (!running.isOwner()) {
            throw new AssertionError("another process has it");
        }
        wire.leadsTo(running.port());
    }

    /** {@code kill -9} of all its processes: no time to say or to write anything. */
    public void isKilled() {
        var all = server.freezes();
        all.forEach(ProcessHandle::destroyForcibly);
        for (var process : all) {
            try {
                process.onExit().get(10, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new AssertionError("not dead: " + process, e);
            }
        }
        Faults.injected("kill -9 of PostgreSQL");
        running.close(); // nothing to stop any more, but it holds the directory's lock
    }

    /** All its processes stop where they are; nobody is told. */
    public void freezes() {
        var _ = server.freezes();
        Faults.injected("SIGSTOP of PostgreSQL");
    }

    /** After {@link #freezes}: goes on as if nothing had been. */
    public void thaws() {
        var parent = server.process();
        Signals.send("CONT", parent);
        parent.children().forEach(child -> Signals.send("CONT", child));
    }

    /** Ends all connections of Parley and says how many there were. */
    public int terminatesConnections() {
        try (var connection = server.connect()) {
            return terminatesConnections(connection);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Ends the connections that are listed under that name, and says how many there were. */
    public int terminatesConnections(String name) {
        try (var connection = server.connect()) {
            return number(
                    connection,
                    "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = '" + name
                            + "'");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** The same over a connection that is there already: there may be no other. */
    public int terminatesConnections(Connection over) {
        int ended = number(over, "select count(pg_terminate_backend(pid)) from pg_stat_activity where " + PARLEY);
        Faults.injected("connections terminated by PostgreSQL", ended);
        return ended;
    }

    /** Connections of Parley. */
    public int connections() {
        try (var connection = server.connect()) {
            return number(connection, "select count(*) from pg_stat_activity where " + PARLEY);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Nodes that are on the books. */
    public int nodes() {
        try (var connection = server.connect()) {
            return number(connection, "select count(*) from node");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static int number(Connection connection, String query) {
        try (var sql = connection.createStatement();
                var rows = sql.executeQuery(query)) {
            rows.next();
            return rows.getInt(1);
        } catch (SQLException e) {
            throw new AssertionError(query, e);
        }
    }

    @Override
    public void close() {
        wire.close();
        if (server.isServing()) {
            thaws();
        }
        running.close();
    }
}
