package dev.parley.lifecycle;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;

import dev.parley.testing.ParleyProcess;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLoopsIT {
    @TempDir
    Path directory;

    /** And not of the machine that it was built on. */
    @Test
    void areHalfTheCoresOfTheMachineThatTheProgramRunsOn() {
        try (var server = ParleyProcess.start(directory, Map.of("JAVA_TOOL_OPTIONS", "-XX:ActiveProcessorCount=6"))) {
            given().get(server.managementUri().resolve("/q/health/live"))
                    .then()
                    .body("checks.find { it.name == 'event loops' }.data.loops", equalTo(3));
        }
    }
}
