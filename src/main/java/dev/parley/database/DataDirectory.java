package dev.parley.database;

import dev.parley.StartRefused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the embedded server keeps, below one directory: {@code postgres} (its data), {@code postgres.password} (only the
 * owner reads it) and {@code owner.lock} (held by the process that stops the server).
 */
record DataDirectory(Path root) {
    static final String USER = "parley";
    static final String DATABASE = "parley";

    private static final Duration INITDB_LIMIT = Duration.ofMinutes(2);
    private static final int PASSWORD_BYTES = 24;
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    Path data() {
        return root.resolve("postgres");
    }

    Path log() {
        return data().resolve("server.log");
    }

    Path ownerLock() {
        return root.resolve("owner.lock");
    }

    String password() {
        try {
            return Files.readString(passwordFile()).strip();
        } catch (NoSuchFileException _) {
            throw new StartRefused("The password of the embedded PostgreSQL is missing: " + passwordFile());
        } catch (IOException e) {
            throw new StartRefused("The password of the embedded PostgreSQL cannot be read: " + e, e);
        }
    }

    /**
     * Makes the data directory unless there is one. Its encoding and collation are the server's own, so that the same
     * data sorts alike on every machine. Only a complete one ever gets its final name.
     *
     * @throws StartRefused if the programs refuse, or the data are of another PostgreSQL release
     */
    void initialise(PostgresBinaries binaries, ServerAccount account) {
        try {
            if (Files.isDirectory(data())) {
                account.own(data());
                requireSameRelease();
                return;
            }
            Path staging = root.resolve("postgres.new");
            delete(staging);
            writePassword();
            Files.createDirectory(staging);
            account.own(staging);
            account.own(passwordFile());
            initdb(staging, binaries, account);
            Files.move(staging, data(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void initdb(Path staging, PostgresBinaries binaries, ServerAccount account) throws IOException {
        Command.Result made = account.run(
                INITDB_LIMIT,
                List.of(
                        binaries.program("initdb"),
                        "--pgdata=" + staging,
                        "--username=" + USER,
                        "--pwfile=" + passwordFile(),
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        "--data-checksums"));
        if (made.failed()) {
            String hint = account.isStranger()
                    ? " (as root without user namespaces it runs as the account nobody, which"
                            + " must be able to reach the directory: choose another one by PARLEY_DATA_DIR)"
                    : "";
            throw new StartRefused("The embedded PostgreSQL could not make its data directory " + data() + hint + ": "
                    + made.output());
        }
        Path statement =
                Files.writeString(staging.resolve("create-database.sql"), "create database " + DATABASE + "\n");
        Command.Result created = account.run(
                INITDB_LIMIT,
                List.of(binaries.program("postgres"), "--single", "-D", staging.toString(), "postgres"),
                statement);
        Files.delete(statement);
        if (created.failed() || created.output().contains("ERROR")) {
            throw new StartRefused("The embedded PostgreSQL could not create its database: " + created.output());
        }
    }

    private void requireSameRelease() throws IOException {
        String release = Files.readString(data().resolve("PG_VERSION")).strip();
        if (!release.equals(PostgresBinaries.MAJOR_VERSION)) {
            throw new StartRefused(data() + " was made by PostgreSQL " + release + ", this Parley brings "
                    + PostgresBinaries.MAJOR_VERSION + ": move the data by a dump, or choose another PARLEY_DATA_DIR");
        }
    }

    private void writePassword() throws IOException {
        byte[] bytes = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(bytes);
        Files.deleteIfExists(passwordFile());
        Files.createFile(passwordFile(), OWNER_ONLY);
        Files.writeString(passwordFile(), HexFormat.of().formatHex(bytes) + "\n");
    }

    private Path passwordFile() {
        return root.resolve("postgres.password");
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
