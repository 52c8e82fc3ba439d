package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Faults;
import dev.parley.testing.History;
import dev.parley.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;
import org.opentest4j.TestAbortedException;

/**
 * Around each test of the suite: its seed and its faults are its own, what it counted goes into the report, and if it
 * failed, its history and the logs of its servers stay where the log says. One that injected no fault fails.
 */
final class Evidence implements BeforeEachCallback, AfterEachCallback {
    private static final Logger LOG = Logger.getLogger(Evidence.class);
    private static final List<Scene> SCENES = new ArrayList<>();
    /** Tests that are not of the suite have scenes too. */
    private static boolean watching;

    /** Where tests of the suite work; the build tells JUnit to empty it after those that succeeded. */
    static final class Place implements TempDirFactory {
        private static final Path ROOT = Path.of("target", "fault");

        @Override
        public Path createTempDirectory(AnnotatedElementContext field, ExtensionContext context) throws IOException {
            return Files.createTempDirectory(Files.createDirectories(ROOT), nameOf(context) + "-")
                    .toAbsolutePath();
        }
    }

    /** Its history is kept if the present test fails. */
    static void of(Scene scene) {
        if (watching) {
            SCENES.add(scene);
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        watching = true;
        Seed.sows();
        Faults.forget();
        FaultReport.begins();
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        var thrown = context.getExecutionException();
        try {
            if (thrown.filter(TestAbortedException.class::isInstance).isEmpty()) { // or nothing was done
                ends(nameOf(context), thrown.isPresent());
            }
        } finally {
            watching = false;
            SCENES.clear();
        }
    }

    private static void ends(String test, boolean failed) throws IOException {
        var faults = Faults.all();
        FaultReport.ends(test, failed || faults.isEmpty());
        if (failed) {
            keep(test);
        } else {
            assertThat(faults).as("faults that were really injected").isNotEmpty();
        }
    }

    private static void keep(String test) throws IOException {
        for (var scene : SCENES) {
            var file = scene.directory().resolve("history.txt");
            Files.write(
                    file,
                    scene.history().events().stream()
                            .map(History.Event::toString)
                            .toList());
            LOG.errorf(
                    "%s failed; faults %s; seed %d; history and logs are in %s",
                    test, Faults.all(), Seed.value(), scene.directory());
        }
    }

    private static String nameOf(ExtensionContext context) {
        return context.getRequiredTestClass().getSimpleName() + "."
                + context.getRequiredTestMethod().getName();
    }
}
