package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.OpsStream;
import dev.parley.testing.ParleyProcess;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators see of the program from outside. */
class OpsIT {
    private static final int REFUSED_EXIT = 1;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    @Test
    void endsStreamsAtAStopWhoeverReadsThem() throws Exception {
        try (var server = ParleyProcess.start(directory);
                var stream = OpsStream.opens(server.managementUri().resolve("/ops/stream"));
                var deaf = new Socket()) {
            deaf.setReceiveBufferSize(4096);
            deaf.connect(new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), server.managementUri().getPort()));
            deaf.getOutputStream()
                    .write("GET /ops/stream HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            await().atMost(LIMIT).until(() -> !stream.said("tasks").isEmpty());

            long told = System.nanoTime();
            server.sigterm();
            assertThat(server.awaitExit()).isZero();

            assertThat(System.nanoTime() - told).isLessThan(LIMIT.toNanos());
            await().atMost(LIMIT).until(stream::isOver);
            assertThat(stream.said().getLast()).hasToString("Said[event=end, data={\"reason\":\"the server stops\"}]");
            assertThat(server.log().lines()).noneMatch(line -> line.contains(" ERROR ") || line.contains("\tat "));
        }
    }

    @Test
    void isShutOnAPortForOthersWithoutAToken() {
        try (var server = ParleyProcess.start(directory, Map.of("QUARKUS_MANAGEMENT_HOST", "0.0.0.0"))) {
            assertThat(server.status("/ops/tasks")).isEqualTo(403);
            assertThat(server.status("/ops/stream")).isEqualTo(403);
            assertThat(server.status("/q/metrics")).isEqualTo(200);
            assertThat(server.log().lines().filter(line -> line.contains("PARLEY_OPS_TOKEN")))
                    .singleElement()
                    .asString()
                    .contains("INFO", "/ops is shut");
        }
    }

    @Test
    void refusesToStartWithATokenThatIsTooShort() {
        var token = "fifteen-letters";
        try (var server = ParleyProcess.launch(directory, Map.of("PARLEY_OPS_TOKEN", token), List.of())) {
            assertThat(server.awaitExit()).isEqualTo(REFUSED_EXIT);
            assertThat(server.log())
                    .contains("Parley cannot start: parley.ops.token (PARLEY_OPS_TOKEN) must be at least 16")
                    .doesNotContain(token);
        }
    }

    @Test
    void refusesToShareItsPortWithThePublic() {
        var port = "18080"; // nobody listens there in the end
        var ports = Map.of("QUARKUS_HTTP_PORT", port, "QUARKUS_MANAGEMENT_PORT", port);
        try (var server = ParleyProcess.launch(directory, ports, List.of())) {
            assertThat(server.awaitExit()).isEqualTo(REFUSED_EXIT);
            assertThat(server.log())
                    .contains("Parley cannot start: quarkus.management.port (QUARKUS_MANAGEMENT_PORT) must be another");
        }
    }
}
