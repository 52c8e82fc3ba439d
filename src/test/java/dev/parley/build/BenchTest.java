package dev.parley.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The load generator is run from its sources, which no build looks at. */
class BenchTest {
    @Test
    void compiles(@TempDir Path classes) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var findings = new DiagnosticCollector<JavaFileObject>();
        try (var sources = Files.list(Path.of("bench/src/dev/parley/bench"));
                var files = compiler.getStandardFileManager(findings, null, null)) {
            var options = List.of("-d", classes.toString(), "-Xlint:all,-try,-processing");
            compiler.getTask(null, files, findings, options, null, files.getJavaFileObjectsFromPaths(sources.toList()))
                    .call();
        }
        assertThat(findings.getDiagnostics()).isEmpty();
    }
}
