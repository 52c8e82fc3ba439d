package dev.parley.problem;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ErrorBoundaryTest {
    @Test
    void answersForPathsThatNobodyServes() {
        refused(given().get("/api/nothing-here"), 404, "not_found");
        refused(given().get("/api/accounts/nobody"), 404, "not_found");
    }

    @Test
    void answersForMethodsThatAPathDoesNotKnow() {
        refused(given().get("/api/accounts"), 405, "invalid");
        refused(given().delete("/api/tokens"), 405, "invalid");
    }

    @Test
    void answersForTypesThatAPathDoesNotKnow() {
        refused(given().contentType("text/plain").body("hello").post("/api/accounts"), 415, "invalid");
        var wantsXml = given().accept("application/xml").contentType("application/json");
        refused(wantsXml.body("{}").post("/api/accounts"), 406, "invalid");
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
        var answer = given().get("/api/faulty");
        refused(answer, 500, "internal");
        assertThat(answer.jsonPath().getString("error_id")).isNotBlank();
        assertThat(answer.asString()).doesNotContain("a secret of ours");
    }

    @Test
    void doesNotMindATokenOnAPathThatNeedsNone() {
        var answer = given().header("Authorization", "Bearer garbage").get("/api/nothing-here");
        refused(answer, 404, "not_found");
    }

    private static void refused(Response answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
        assertThat(answer.contentType()).startsWith("application/problem+json");
        assertThat(answer.jsonPath().getString("code")).isEqualTo(code);
        assertThat(answer.asString()).doesNotContain("Exception", "dev.parley", "jackson");
    }

    /** Breaks as only our own mistakes can. */
    @Path("/api/faulty")
    public static class Faulty {
        @GET
        public String fail() {
            throw new IllegalStateException("a secret of ours");
        }
    }
}
