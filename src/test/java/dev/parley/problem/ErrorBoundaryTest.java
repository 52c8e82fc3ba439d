package dev.parley.problem;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.protocol.ErrorCode;
import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.RestContract;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
@SuppressWarnings("NullAway.Init") // injected
class ErrorBoundaryTest {
    @Inject
    MeterRegistry metrics;

    @Test
    void answersForPathsThatNobodyServes() {
        var answer = given().get("/api/nothing-here");
        refused(answer, 404, "not_found");
        assertThat(answer.jsonPath().getString("retry")).isEqualTo("never");
        assertThat(answer.jsonPath().getMap("")).doesNotContainKey("retry_after_ms");
        refused(given().get("/api/accounts/nobody"), 404, "not_found");
    }

    @Test
    void answersForMethodsThatAPathDoesNotKnow() {
        refused(given().get("/api/accounts"), 405, "invalid");
        refused(given().delete("/api/tokens"), 405, "invalid");
    }

    @Test
    void answersForTypesThatAPathDoesNotKnow() {
        var text = given().contentType("text/plain").body("hello").post("/api/accounts");
        refused(text, 415, "invalid");
        var xml = given().accept("application/xml")
                .contentType("application/json")
                .body("{}")
                .post("/api/accounts");
        refused(xml, 406, "invalid");
        RestContract.served().holdsFor("post", "/api/accounts", text);
        RestContract.served().holdsFor("post", "/api/accounts", xml);
    }

    @Test
    void answersForABodyThatAnnouncesItsSize() {
        var large = "{\"name\":\"" + "x".repeat(20_000) + "\"}";
        refused(given().contentType("application/json").body(large).post("/api/accounts"), 413, "too_large");
    }

    @Test
    void answersForABodyThatHidesItsSize() throws IOException, InterruptedException {
        var large = ("{\"name\":\"" + "x".repeat(20_000) + "\"}").getBytes(StandardCharsets.UTF_8);
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + "/api/accounts"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))
                    .build();
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(answer.body()).contains("\"code\":\"too_large\"");
        }
    }

    @Test
    void answersForJsonThatIsTooDeep() {
        var deep = "{\"x\":" + "[".repeat(7_000) + "]".repeat(7_000) + "}";
        refused(given().contentType("application/json").body(deep).post("/api/accounts"), 400, "bad_frame");
    }

    @Test
    void answersForBytesThatAreNoText() {
        var bytes = new byte[] {'{', '"', 'n', 'a', 'm', 'e', '"', ':', '"', (byte) 0xc3, (byte) 0x28, '"', '}'};
        refused(given().contentType("application/json").body(bytes).post("/api/accounts"), 400, "bad_frame");
    }

    @Test
    void givesAFaultAnIdAndNothingElse() {
        var logged = new CopyOnWriteArrayList<LogRecord>();
        var answer = listening(logged, () -> given().get("/api/faulty"));
        refused(answer, 500, "internal");
        assertThat(answer.jsonPath().getString("retry")).isEqualTo("after");
        assertThat(answer.jsonPath().getLong("retry_after_ms")).isEqualTo(1000);
        var errorId = answer.jsonPath().getString("error_id");
        assertThat(logged).singleElement().satisfies(line -> {
            assertThat(new PatternFormatter("%s").format(line)).contains(errorId);
            assertThat(line.getThrown()).hasMessage("a secret of ours");
        });
        assertThat(answer.asString()).doesNotContain("a secret of ours");
    }

    @Test
    void givesAFaultOnTheWayToAMethodTheSame() {
        var logged = new CopyOnWriteArrayList<LogRecord>();
        var answer = listening(logged, () -> given().get("/api/faulty/on-the-way"));
        refused(answer, 500, "internal");
        assertThat(logged).singleElement().satisfies(line -> {
            assertThat(new PatternFormatter("%s").format(line))
                    .contains(answer.jsonPath().getString("error_id"));
            assertThat(line.getThrown()).hasMessage("a secret of ours");
        });
        assertThat(answer.asString()).doesNotContain("a secret of ours");
        refused(given().get("/api/nothing-here"), 404, "not_found");
    }

    @Test
    void countsWhatItTells() {
        double before = told("not_found");
        given().get("/api/nothing-here");
        given().get("/api/accounts/nobody");
        assertThat(told("not_found")).isEqualTo(before + 2);
    }

    @Test
    void writesItselfIntoTheContract() {
        var document = RestContract.served().document();
        assertThat(document.at("/info/title").asText()).isEqualTo("Parley REST API");
        assertThat(document.at("/info/version").asText()).isEqualTo("1");
        assertThat(document.at("/components/schemas/ErrorCode/enum")
                        .valueStream()
                        .map(JsonNode::asText))
                .containsExactlyInAnyOrder(
                        Stream.of(ErrorCode.values()).map(ErrorCode::wireName).toArray(String[]::new));
        assertThat(given().get("/api/openapi").asString()).startsWith("---\nopenapi: 3.");
    }

    @Test
    void saysWhenToComeBack() {
        var answer = given().get("/api/faulty/away");
        refused(answer, 503, "unavailable");
        assertThat(answer.jsonPath().getString("retry")).isEqualTo("after");
        assertThat(answer.jsonPath().getLong("retry_after_ms")).isPositive();
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
        assertThat(answer.asString()).doesNotContain("a secret of ours");
    }

    @Test
    void doesNotMindATokenOnAPathThatNeedsNone() {
        var answer = given().header("Authorization", "Bearer garbage").get("/api/nothing-here");
        refused(answer, 404, "not_found");
    }

    private double told(String code) {
        return metrics.get("parley.errors").tag("code", code).counter().count();
    }

    private static Response listening(List<LogRecord> logged, Supplier<Response> request) {
        var log = Logger.getLogger(FaultLog.class.getName());
        var handler = new ExtHandler() {
            @Override
            protected void doPublish(ExtLogRecord line) {
                logged.add(line);
            }
        };
        log.addHandler(handler);
        try {
            return request.get();
        } finally {
            log.removeHandler(handler);
        }
    }

    private static void refused(Response answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
        assertThat(answer.contentType()).startsWith("application/problem+json");
        assertThat(answer.jsonPath().getString("code")).isEqualTo(code);
        assertThat(answer.asString()).doesNotContain("Exception", "dev.parley", "jackson");
    }

    /** A filter of the router, before any REST method. */
    @Singleton
    static class FaultyFilter {
        void breakOneOf(@Observes Filters filters) {
            filters.register(
                    context -> {
                        if (context.normalizedPath().equals("/api/faulty/on-the-way")) {
                            throw new IllegalStateException("a secret of ours");
                        }
                        context.next();
                    },
                    10);
        }
    }

    /** Breaks as only our own mistakes can. */
    @Path("/api/faulty")
    public static class Faulty {
        @GET
        public String fail() {
            throw new IllegalStateException("a secret of ours");
        }

        @GET
        @Path("/away")
        public String away() {
            throw Refused.unavailable("The database is away", new IOException("a secret of ours"));
        }
    }
}
