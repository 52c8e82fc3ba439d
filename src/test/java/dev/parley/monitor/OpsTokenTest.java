package dev.parley.monitor;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.oneOf;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(TokenForOthers.class)
class OpsTokenTest {
    @TestHTTPResource(value = "/health", management = true)
    URI management;

    @Test
    void servesWhoShowsTheToken() {
        given().header("Authorization", "Bearer " + TokenForOthers.TOKEN)
                .header("Host", "parley.example:9000")
                .get(at("/ops/tasks"))
                .then()
                .statusCode(200)
                .body("tasks.name", hasItem("database.pool"));
    }

    @Test
    void asksForTheTokenBeforeItSaysWhatThereIs() {
        for (var path : new String[] {"/ops/tasks", "/ops/stream", "/ops/no-such-thing", "/ops/"}) {
            given().get(at(path))
                    .then()
                    .statusCode(401)
                    .contentType("application/problem+json")
                    .header("WWW-Authenticate", "Bearer")
                    .body("code", equalTo("unauthorized"));
        }
        given().header("Authorization", "Bearer not-the-right-token")
                .post(at("/ops/tasks/database.pool/cancel"))
                .then()
                .statusCode(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"//ops/tasks", "/./ops/tasks", "/q/../ops/tasks", "/%6fps/tasks", "/ops/%2e/tasks", "/ops/tasks/"
            })
    void isNotTrickedByPaths(String path) {
        given().urlEncodingEnabled(false).get(at(path)).then().statusCode(oneOf(401, 404));
    }

    @Test
    void leavesHealthAndMetricsOpen() {
        given().get(at("/q/health/live")).then().statusCode(200);
        given().get(at("/q/metrics")).then().statusCode(200);
    }

    private URI at(String path) {
        return URI.create("http://127.0.0.1:" + management.getPort() + path);
    }
}
