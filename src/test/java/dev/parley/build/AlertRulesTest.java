package dev.parley.build;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.TestAccount;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What watches Parley asks for what Parley really tells. */
@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
@SuppressWarnings("NullAway.Init") // injected
class AlertRulesTest {
    private static final Path ALERTS = Path.of("k8s", "monitoring", "alerts.yaml");
    private static final Path DASHBOARD = Path.of("k8s", "monitoring", "dashboard.json");
    private static final Path FIRINGS = Path.of("src", "test", "resources", "alerts-test.yaml");
    private static final Pattern SERIES = Pattern.compile("^([a-z_]+)(?:\\{([^}]*)\\})? ", Pattern.MULTILINE);
    private static final Pattern ASKED =
            Pattern.compile("\\b((?:parley|jvm|process|system)_[a-z_]+)\\b(?:\\{([^}]*)\\})?");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)(?:=~|=)\"");
    /** Added by Prometheus when it scrapes. */
    private static final String INSTANCE = "instance";

    @TestHTTPResource("/")
    URI server;

    @TestHTTPResource(value = "/metrics", management = true)
    URI metrics;

    @BeforeEach
    void somethingHappens() {
        var alice = TestAccount.registers(server, "alice");
        try (var hers = alice.connects(server)) {
            var room = hers.asks("{\"type\":\"create_room\",\"cid\":\"r\",\"name\":\"Lobby\"}")
                    .path("room")
                    .asText();
            hers.asks("{\"type\":\"open\",\"room\":\"" + room + "\"}");
            hers.asks("{\"type\":\"send\",\"room\":\"" + room + "\",\"cid\":\"m\",\"body\":\"hello\"}");
            hers.hears("entry");
        }
    }

    @Test
    void alertsAskForMetricsThatThereAre() throws IOException {
        var expressions = rules().findValuesAsText("expr");

        assertThat(expressions).hasSizeGreaterThan(10);
        assertExposed(expressions);
    }

    @Test
    void dashboardAsksForMetricsThatThereAre() throws IOException {
        var expressions = new ObjectMapper().readTree(DASHBOARD.toFile()).findValuesAsText("expr");

        assertThat(expressions).hasSizeGreaterThan(20);
        assertExposed(expressions);
    }

    @Test
    void eachAlertIsSeenFiring() throws IOException {
        var seen = new TreeSet<String>();
        for (var test : new YAMLMapper().readTree(FIRINGS.toFile()).findValues("alert_rule_test")) {
            test.forEach(one -> {
                if (!one.path("exp_alerts").isEmpty()) {
                    seen.add(one.path("alertname").asText());
                }
            });
        }

        assertThat(seen).isEqualTo(new TreeSet<>(rules().findValuesAsText("alert")));
    }

    /** Needs promtool, of Debian's package prometheus, which {@code .ci/run} installs. */
    @Test
    void rulesFireWhereTheyShould() throws IOException, InterruptedException {
        assumeTrue(Manifests.isInstalled("promtool"), "promtool is not installed: alert rules are not evaluated");
        var directory = Files.createDirectories(Path.of("target", "alerts"));
        Files.writeString(directory.resolve("alerts-rules.yaml"), new YAMLMapper().writeValueAsString(spec(ALERTS)));
        Files.writeString(directory.resolve("alerts-test.yaml"), Files.readString(FIRINGS));

        assertThat(promtool(directory, "check", "rules", "alerts-rules.yaml")).contains("SUCCESS");
        assertThat(promtool(directory, "test", "rules", "alerts-test.yaml")).contains("SUCCESS");
    }

    private void assertExposed(List<String> expressions) {
        var exposed = exposed();
        for (var expression : expressions) {
            var asked = ASKED.matcher(expression);
            while (asked.find()) {
                assertThat(exposed).as(expression).containsKey(asked.group(1));
                assertThat(exposed.get(asked.group(1))).as(expression).containsAll(labels(asked.group(2)));
            }
        }
    }

    /** The labels of each metric. */
    private Map<String, Set<String>> exposed() {
        var exposed = new HashMap<String, Set<String>>();
        SERIES.matcher(given().get(metrics).asString())
                .results()
                .forEach(series -> exposed.computeIfAbsent(series.group(1), _ -> new HashSet<>(Set.of(INSTANCE)))
                        .addAll(labels(series.group(2))));
        return exposed;
    }

    private static Set<String> labels(String selector) {
        return selector == null
                ? Set.of()
                : LABEL.matcher(selector).results().map(label -> label.group(1)).collect(Collectors.toSet());
    }

    private static JsonNode rules() throws IOException {
        return spec(ALERTS);
    }

    private static JsonNode spec(Path file) throws IOException {
        return new YAMLMapper().readTree(file.toFile()).path("spec");
    }

    private static String promtool(Path directory, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }
}
