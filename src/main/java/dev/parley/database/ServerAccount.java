package dev.parley.database;

import dev.parley.StartRefused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * As whom the server runs. PostgreSQL refuses to be root; so for root it runs in a user namespace of its own, where the
 * same account is nobody in particular, or, where namespaces are forbidden, as the account {@code nobody}.
 *
 * @param prefix goes before each command
 * @param uid the owner that the server's files need
 * @param gid their group
 */
record ServerAccount(List<String> prefix, long uid, long gid) {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String NOBODY = "nobody";

    ServerAccount {
        prefix = List.copyOf(prefix);
    }

    /** @throws StartRefused if we are root and there is no way to be somebody else */
    static ServerAccount choose() {
        if (ownUid() != 0) {
            return new ServerAccount(List.of(), ownUid(), own("unix:gid"));
        }
        var namespaced = new ServerAccount(List.of("unshare", "--user"), 0, 0);
        if (namespaced.works()) {
            return namespaced;
        }
        return asNobody();
    }

    private static ServerAccount asNobody() {
        long uid = id("-u");
        long gid = id("-g");
        var ways = List.of(
                List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--clear-groups"),
                List.of("runuser", "-u", NOBODY, "--"));
        return ways.stream()
                .map(way -> new ServerAccount(way, uid, gid))
                .filter(ServerAccount::works)
                .findFirst()
                .orElseThrow(() -> new StartRefused(
                        "PostgreSQL refuses to run as root, and none of unshare, setpriv and runuser works here:"
                                + " run Parley as an ordinary user, or set DB_URL"));
    }

    /** Whether the server's files belong to another account than ours, which must then be able to reach them. */
    boolean isStranger() {
        return uid != ownUid();
    }

    Command.Result run(Duration limit, List<String> command) {
        return Command.run(limit, prefixed(command));
    }

    Command.Result run(Duration limit, List<String> command, Path input) {
        return Command.run(limit, prefixed(command), input);
    }

    /** Gives a file, or a directory with all that is in it, to this account, if it is not its own already. */
    void own(Path path) {
        try {
            if (!Files.getAttribute(path, "unix:uid").equals((int) uid)) {
                Command.Result result = Command.run(LIMIT, List.of("chown", "-R", uid + ":" + gid, path.toString()));
                if (result.failed()) {
                    throw new StartRefused(path + " does not belong to the account that the embedded PostgreSQL runs as"
                            + " (uid " + uid + "): " + result.output());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean works() {
        return !run(LIMIT, List.of("true")).failed();
    }

    private List<String> prefixed(List<String> command) {
        var all = new ArrayList<>(prefix);
        all.addAll(command);
        return all;
    }

    private static long ownUid() {
        return own("unix:uid");
    }

    /** A process owns its entry here. What the JDK has for this needs a library that a native executable lacks. */
    private static long own(String attribute) {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), attribute);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long id(String which) {
        Command.Result result = Command.run(LIMIT, List.of("id", which, NOBODY));
        return result.failed() ? 65534 : Long.parseLong(result.output());
    }
}
