package dev.parley.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class JvmOptionsTest {
    @Test
    void areTakenByTheJvmWithoutAWord() throws IOException, InterruptedException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var jvm = new ProcessBuilder(java, "@src/main/jvm.options", "--version").start();

        assertThat(jvm.errorReader(StandardCharsets.UTF_8).lines()).isEmpty();
        assertThat(jvm.inputReader(StandardCharsets.UTF_8).lines()).noneMatch(line -> line.contains("[warning]"));
        assertThat(jvm.waitFor()).isZero();
    }
}
