package dev.parley.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code mvnw} on machines made of a few false programs. */
class MavenWrapperTest {
    private final Path machine;
    private final Path bin;
    private final Path jdks;

    MavenWrapperTest(@TempDir Path machine) {
        this.machine = machine;
        bin = machine.resolve("bin");
        jdks = machine.resolve("jdks");
    }

    private record Run(int code, String output) {}

    @BeforeEach
    void giveTheMachineItsOrdinaryTools() throws IOException {
        Files.createDirectories(bin);
        Files.createDirectories(jdks);
        for (String tool : List.of(
                "sh",
                "sed",
                "head",
                "awk",
                "tr",
                "cut",
                "dirname",
                "readlink",
                "cat",
                "mkdir",
                "mktemp",
                "rm",
                "mv",
                "tar",
                "gzip",
                "sha512sum")) {
            Path real = Stream.of(Path.of("/usr/bin", tool), Path.of("/bin", tool))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow();
            program(bin.resolve(tool), "exec " + real + " \"$@\"");
        }
    }

    @Test
    void saysWhatToInstallWhenTheOnlyJdkIsTooOld() throws Exception {
        jdk("17.0.15");
        maven("3.8.7");

        Run run = mvnw(Map.of(), "verify");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.output())
                .contains("needs a JDK 25 or newer", "JAVA_HOME")
                .doesNotContain("maven was called");
    }

    @Test
    void findsAFittingJdkBesideTheOldDefaultOne() throws Exception {
        Path old = jdk("17.0.15");
        Path fitting = jdk("25.0.1");
        jdk("27-ea");
        maven("3.8.7");

        Run run = mvnw(Map.of("JAVA_HOME", old.toString()), "verify", "two words");

        assertThat(run.code()).isZero();
        assertThat(run.output()).contains("maven was called with " + fitting, "<verify><two words>");
    }

    @Test
    void keepsAJavaHomeThatFits() throws Exception {
        jdk("25.0.1");
        Path chosen = jdk("26");
        maven("3.9.16");

        assertThat(mvnw(Map.of("JAVA_HOME", chosen.toString())).output()).contains("maven was called with " + chosen);
    }

    @Test
    void becomesTheProgramWhenTheLastGoalIsToRunIt() throws Exception {
        Path fitting = jdk("25.0.1");
        program(fitting.resolve("bin/java"), "echo java was called with \"$@\"; exit 7");
        maven("3.8.7");

        Run run = mvnw(Map.of(), "-q", "-Dx=y z", "package", "quarkus:run");

        assertThat(run.code()).isEqualTo(7);
        assertThat(run.output())
                .contains("<-q><-Dx=y z><package>")
                .doesNotContain("<quarkus:run>")
                .endsWith(
                        "java was called with @src/main/jvm.options -Dx=y z -jar target/quarkus-app/quarkus-run.jar\n");
    }

    /** A second collector would keep the JVM from starting. */
    @Test
    void leavesTheJvmToWhoeverHasOptionsForIt() throws Exception {
        Path fitting = jdk("25.0.1");
        program(fitting.resolve("bin/java"), "echo java was called with \"$@\"");
        maven("3.8.7");

        assertThat(mvnw(Map.of("JDK_JAVA_OPTIONS", "-XX:+UseG1GC"), "-q", "quarkus:run")
                        .output())
                .endsWith("java was called with -jar target/quarkus-app/quarkus-run.jar\n");
    }

    @Test
    void saysWhyItCannotDownloadAMaven() throws Exception {
        jdk("25.0.1");
        maven("3.6.3");
        program(bin.resolve("curl"), "exit 6");

        Run run = mvnw(Map.of("MVNW_REPOURL", "http://127.0.0.1:1/mirror"));

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.output()).contains("could not download http://127.0.0.1:1/mirror/org/apache/maven");
    }

    @Test
    void refusesADownloadThatIsNotWhatItShouldBe() throws Exception {
        jdk("25.0.1");
        // Puts something else where the archive should go: the argument after -o.
        program(bin.resolve("curl"), "while [ \"$1\" != -o ]; do shift; done; echo other > \"$2\"");

        Run run = mvnw(Map.of());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.output()).contains("is not the file that is expected");
    }

    private Path jdk(String version) throws IOException {
        Path home = jdks.resolve("jdk-" + version);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        program(home.resolve("bin/java"), "exit 0");
        program(home.resolve("bin/javac"), "exit 0");
        return home;
    }

    private void maven(String version) throws IOException {
        program(bin.resolve("mvn"), """
                if [ "$1" = -v ]; then echo "Apache Maven %s (x)"; exit 0; fi
                printf 'maven was called with %%s\\n' "$JAVA_HOME"
                printf '<%%s>' "$@"
                """.formatted(version));
    }

    private static void program(Path file, String script) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Run mvnw(Map<String, String> environment, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(Path.of("mvnw").toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        Path output = machine.resolve("output");
        var builder = new ProcessBuilder(command)
                .directory(machine.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", bin.toString());
        builder.environment().put("HOME", machine.toString());
        builder.environment().put("MVNW_JDK_DIRS", jdks.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }
}
