package dev.parley.database;

import dev.parley.StartRefused;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** The server's programs: unpacked once per machine and user from the archive on the class path. */
record PostgresBinaries(Path home) {
    /** The version of the archive in the pom; a cache of another one is left alone. */
    static final String VERSION = "18.6.0";

    /** What a data directory of these programs says in its PG_VERSION. */
    static final String MAJOR_VERSION = VERSION.substring(0, VERSION.indexOf('.'));

    private static final Map<String, String> ARCHITECTURES = Map.of(
            "amd64", "x86_64",
            "x86_64", "x86_64",
            "aarch64", "arm_64");

    /** The path of one of {@code postgres}, {@code initdb}, {@code pg_ctl}. */
    String program(String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    /**
     * Unpacks into the first place that can be written to, the account's cache or else {@code root}, unless that was done
     * before. Safe when several processes do it at once: each unpacks for itself, and a rename makes one of them win.
     */
    static PostgresBinaries unpacked(Path root, ServerAccount account) {
        var refusals = new ArrayList<String>();
        for (Path cache : List.of(cache(account), root)) {
            Path home = cache.resolve("postgres-" + VERSION);
            if (Files.isDirectory(home)) {
                return new PostgresBinaries(home);
            }
            try {
                Files.createDirectories(cache);
                unpack(cache, home);
                return new PostgresBinaries(home);
            } catch (IOException e) {
                refusals.add(e.toString());
            }
        }
        throw new StartRefused(
                "The embedded PostgreSQL could not be unpacked: " + String.join("; ", refusals) + ". Or set DB_URL");
    }

    private static Path cache(ServerAccount account) {
        if (account.isStranger()) {
            return Path.of("/var/cache/parley");
        }
        String given = System.getenv("XDG_CACHE_HOME");
        Path cache = given != null && given.startsWith("/")
                ? Path.of(given)
                : Path.of(System.getProperty("user.home")).resolve(".cache");
        return cache.toAbsolutePath().resolve("parley");
    }

    private static void unpack(Path cache, Path home) throws IOException {
        Path staging = Files.createTempDirectory(
                cache,
                "unpacking-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        try (InputStream archive = archive();
                var tar = new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(tar, entry, staging);
            }
            Files.move(staging, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.isDirectory(home)) {
                throw e;
            }
            // Another process was faster; what it put there is the same.
        } finally {
            delete(staging);
        }
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path staging) throws IOException {
        Path target = staging.resolve(entry.getName()).normalize();
        if (!target.startsWith(staging)) {
            throw new IOException("the archive has an entry outside of itself: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.resolveSibling("."));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else {
            Files.copy(tar, target);
            boolean runs = (entry.getMode() & 0100) != 0;
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(runs ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }

    private static InputStream archive() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        String machine = System.getProperty("os.arch");
        String name = "postgres-" + system + "-" + ARCHITECTURES.getOrDefault(machine, machine) + ".txz";
        InputStream archive = Thread.currentThread().getContextClassLoader().getResourceAsStream(name);
        if (archive == null) {
            throw new StartRefused("This build has no embedded PostgreSQL for " + system + " on " + machine
                    + ": set DB_URL, DB_USER and DB_PASSWORD");
        }
        return archive;
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
