package dev.parley.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * The packaged program with a bug in it. Some of its sources are changed, compiled, and put in the place of what was
 * packaged, in a copy: the program itself has no switch for that. It is given to a {@link ParleyProcess} as
 * {@link ParleyProcess#PROGRAM}.
 */
public final class PatchedProgram {
    private static final Path PACKAGED = Path.of("target", "quarkus-app").toAbsolutePath();
    private static final Path SOURCES = Path.of("src", "main", "java");

    private final Path home;
    private final List<Path> sources = new ArrayList<>();

    /** @param home where the copy goes; must not be there yet */
    public PatchedProgram(Path home) {
        this.home = home;
    }

    /** Changes the source of a class that is no bean: those are changed by the build, too. Each old text stands there once. */
    public PatchedProgram with(String type, Map<String, String> changes) {
        try {
            var path = Path.of(type.replace('.', '/') + ".java");
            var source = replaced(Files.readString(SOURCES.resolve(path)), changes);
            var changed = home.resolve("patched").resolve(path);
            Files.createDirectories(changed.getParent());
            sources.add(Files.writeString(changed, source));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A text with other words in it, each of which was there exactly once: a bug that could not be planted fails. */
    public static String replaced(String text, Map<String, String> changes) {
        var changed = text;
        for (var change : changes.entrySet()) {
            assertThat(changed.indexOf(change.getKey()))
                    .as("the only place of: " + change.getKey())
                    .isNotNegative()
                    .isEqualTo(changed.lastIndexOf(change.getKey()));
            changed = changed.replace(change.getKey(), change.getValue());
        }
        return changed;
    }

    /** Makes it, and answers with what to give to the process. */
    public Map<String, String> make() {
        try {
            Files.createSymbolicLink(home.resolve("lib"), PACKAGED.resolve("lib"));
            Files.createSymbolicLink(home.resolve("quarkus"), PACKAGED.resolve("quarkus"));
            Files.copy(PACKAGED.resolve("quarkus-run.jar"), home.resolve("quarkus-run.jar"));
            Files.createDirectory(home.resolve("app"));
            var packaged = jars(PACKAGED.resolve("app")).getFirst();
            var jar = Files.copy(packaged, home.resolve("app").resolve(packaged.getFileName()));
            replace(jar, compiled());
            return Map.of(ParleyProcess.PROGRAM, home.resolve("quarkus-run.jar").toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path compiled() throws IOException {
        var classes = Files.createDirectories(home.resolve("classes"));
        var path = jars(PACKAGED).stream().map(Path::toString).collect(Collectors.joining(":"));
        var compiler = ToolProvider.getSystemJavaCompiler();
        var files = compiler.getStandardFileManager(null, null, null);
        var options = List.of("-proc:none", "-nowarn", "-d", classes.toString(), "-cp", path);
        var words = new StringWriter();
        boolean done = compiler.getTask(words, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
                .call();
        assertThat(done).as(words.toString()).isTrue();
        return classes;
    }

    private static void replace(Path jar, Path classes) throws IOException {
        try (var archive = FileSystems.newFileSystem(jar);
                var found = Files.walk(classes)) {
            for (var file : found.filter(Files::isRegularFile).toList()) {
                var place = archive.getPath(classes.relativize(file).toString());
                Files.copy(file, place, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static List<Path> jars(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(file -> file.toString().endsWith(".jar")).toList();
        }
    }
}
