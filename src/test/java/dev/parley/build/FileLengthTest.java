package dev.parley.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The one limit of the house style that no other tool holds. */
class FileLengthTest {
    private static final int MOST_LINES = 300;

    @Test
    void noFileOfTheProgramIsLongerThanAReaderBears() throws IOException {
        var lines = new TreeMap<Path, Integer>();
        try (var files = Files.walk(Path.of("src", "main", "java"))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                lines.put(file, Files.readAllLines(file).size());
            }
        }

        assertThat(lines).hasSizeGreaterThan(100);
        assertThat(lines).allSatisfy((_, length) -> assertThat(length).isLessThanOrEqualTo(MOST_LINES));
    }
}
