package dev.parley.monitor;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;

import dev.parley.event.Events;
import dev.parley.task.Chore;
import dev.parley.task.TaskManager;
import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.LogLines;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
class OpsTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration NEVER = Duration.ofDays(1);
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z";

    @TestHTTPResource(value = "/health", management = true)
    URI management;

    @TestHTTPResource
    URI publicPort;

    @Inject
    TaskManager tasks;

    @Inject
    Events events;

    private final String task = "test.chore-" + UUID.randomUUID();

    @Nested
    class Tasks {
        @Test
        void areListedWithAllThatIsKnownOfThem() {
            tasks.every(Chore.every(NEVER, task), () -> {});

            given().get(ops("/tasks"))
                    .then()
                    .statusCode(200)
                    .contentType("application/json")
                    .header("Cache-Control", "no-store")
                    .body("tasks.name", hasItem(task))
                    .body("tasks.name", hasItem("database.pool"));
            var one = given().get(ops("/tasks/" + task)).then().statusCode(200).extract();
            assertThat(one.asString())
                    .matches(("{\"name\":\"" + task + "\",\"kind\":\"recurring\","
                                    + "\"schedule\":\"every 86400 s\",\"cancelled\":false,\"created\":\"TIME\",\"runs\":0,"
                                    + "\"failures\":0,\"skipped\":0,\"next_run\":\"TIME\",\"pending\":0}\n")
                            .replaceAll("([{}.])", "\\\\$1")
                            .replace("TIME", TIME));
        }

        @Test
        void areStartedAtOnce() {
            var runs = new AtomicInteger();
            tasks.every(Chore.every(NEVER, task), runs::incrementAndGet);

            given().post(ops("/tasks/" + task + "/trigger"))
                    .then()
                    .statusCode(202)
                    .body("name", equalTo(task));

            await().atMost(LIMIT).until(() -> runs.get() == 1);
            await().atMost(LIMIT)
                    .untilAsserted(() -> given().get(ops("/tasks/" + task))
                            .then()
                            .body("runs", equalTo(1))
                            .body("last_outcome", equalTo("succeeded"))
                            .body("last_ended", matchesPattern(TIME))
                            .body("last_duration", matchesPattern("PT[\\d.]+S")));
        }

        @Test
        void areCancelledWithTheRunThatIsUnderWayAndScheduledAgain() {
            var started = new CountDownLatch(1);
            var interrupted = new CountDownLatch(1);
            tasks.every(Chore.every(NEVER, task), () -> {
                started.countDown();
                try {
                    new CountDownLatch(1).await();
                } finally {
                    interrupted.countDown();
                }
            });
            given().post(ops("/tasks/" + task + "/trigger")).then().statusCode(202);
            await().atMost(LIMIT).until(() -> started.getCount() == 0);

            given().post(ops("/tasks/" + task + "/cancel"))
                    .then()
                    .statusCode(200)
                    .body("cancelled", equalTo(true))
                    .body("last_outcome", equalTo("cancelled"))
                    .body("$", not(hasKey("running_since")))
                    .body("$", not(hasKey("next_run")));
            assertThat(interrupted.getCount()).isZero();

            given().post(ops("/tasks/" + task + "/reschedule"))
                    .then()
                    .statusCode(200)
                    .body("cancelled", equalTo(false))
                    .body("next_run", matchesPattern(TIME));
        }

        @Test
        void areNotRescheduledUnlessTheyWereCancelled() {
            tasks.every(Chore.every(NEVER, task), () -> {});

            refused(given().post(ops("/tasks/" + task + "/reschedule")).then(), 409, "invalid");
        }

        @ParameterizedTest
        @ValueSource(strings = {"cancel", "trigger", "reschedule"})
        void thatAreDelayedAreLeftAlone(String action) {
            var ran = new AtomicInteger();
            tasks.after(task, Duration.ofSeconds(1), ran::incrementAndGet);

            refused(given().post(ops("/tasks/" + task + "/" + action)).then(), 409, "invalid");
            await().atMost(LIMIT).until(() -> ran.get() == 1);
        }

        @ParameterizedTest
        @CsvSource({"trigger, 409", "reschedule, 409", "cancel, 200"})
        void thatLoopAreCancelledOnly(String action, int status) {
            tasks.always(task, () -> new CountDownLatch(1).await());

            given().post(ops("/tasks/" + task + "/" + action)).then().statusCode(status);
        }

        @ParameterizedTest
        @ValueSource(strings = {"cancel", "trigger", "reschedule"})
        void thatNobodyKnowsAreNotFound(String action) {
            refused(given().post(ops("/tasks/no.such/" + action)).then(), 404, "not_found");
            refused(given().get(ops("/tasks/no.such")).then(), 404, "not_found");
        }
    }

    @Nested
    class TheEvents {
        @Test
        void areShownWithCountsTheNewestLast() {
            events.fire(new Happened("first"));
            events.fire(new Happened("second"));

            given().get(ops("/events?type=Happened&limit=2"))
                    .then()
                    .statusCode(200)
                    .body("counts.type", hasItem("TaskChanged"))
                    .body("counts.find { it.type == 'Happened' }.failed", equalTo(0))
                    .body("events", hasSize(2))
                    .body("events[0].subjects", equalTo(Map.of("what", "first")))
                    .body("events[1].subjects.what", equalTo("second"))
                    .body("events.at", everyItem(matchesPattern(TIME)))
                    .body("events.type", everyItem(equalTo("Happened")));
        }

        @Test
        void ofATypeThatNeverCameAreNone() {
            given().get(ops("/events?type=NoSuch")).then().statusCode(200).body("events", hasSize(0));
        }

        @ParameterizedTest
        @CsvSource({"1, 200", "200, 200", "201, 400", "0, 400", "-1, 400", "many, 400", "99999999999, 400"})
        void areBoundedByThePageLimit(String limit, int status) {
            given().get(ops("/events?limit=" + limit)).then().statusCode(status);
        }
    }

    @Test
    void showsThePool() {
        given().get(ops("/pool"))
                .then()
                .statusCode(200)
                .body(matchesPattern("\\{\"max\":\\d+,\"open\":\\d+,\"in_use\":\\d+,\"idle\":\\d+,\"waiting\":\\d+,"
                        + "\"usage_percent\":\\d+,\"pressure\":\"(ease|busy|exhausted)\",\"acquire_ms_mean\":\\d+,"
                        + "\"acquire_ms_max\":\\d+}\n"));
    }

    @Test
    void showsTheBreaker() {
        given().get(ops("/breaker")).then().statusCode(200).body(equalTo("{\"state\":\"closed\",\"away_ms\":0}\n"));
    }

    @Test
    void answersWithProblems() {
        refused(given().get(ops("/nothing")).then(), 404, "not_found");
        refused(given().get(ops("/")).then(), 404, "not_found");
        refused(given().delete(ops("/pool")).then().header("Allow", "GET"), 405, "invalid");
        refused(given().get(ops("/tasks/a/cancel")).then().header("Allow", "POST"), 405, "invalid");
        refused(given().get(ops("/events?limit=x")).then(), 400, "invalid");
        refused(given().get(ops("/stream?topics=events,secrets")).then(), 400, "invalid");
    }

    @Test
    void refusesAQueryThatCannotBeRead() throws IOException {
        try (var socket = new Socket(management.getHost(), management.getPort())) {
            var request = "GET /ops/events?type=%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("\"code\":\"invalid\"")
                    .doesNotContain("error_id");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ops/pool/%zz",
                "/ops/%zz",
                "/ops/tasks/%zz",
                "/%zz",
                "/health/%zz",
                "/metrics/%zz",
                "/ops/pool/%",
                "/ops/tasks/%c0/%z"
            })
    void refusesAPathThatCannotBeReadWithoutAWordInTheLog(String path) throws IOException {
        assertThat(refusesQuietly(management, path))
                .contains("application/problem+json")
                .containsPattern("\"code\":\"(invalid|not_found)\"")
                .doesNotContain("error_id");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/%zz", "/api/%zz", "/api/sessions/%zz", "/api/accounts%zz", "/chat/%zz", "/chat%zz", "/api/%"})
    void refusesTheSameOnThePublicPort(String path) throws IOException {
        refusesQuietly(publicPort, path);
    }

    /** A client of the JDK would not send it. */
    private static String refusesQuietly(URI port, String path) throws IOException {
        try (var log = LogLines.ofAll();
                var socket = new Socket(port.getHost(), port.getPort())) {
            var request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));

            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).matches("(?s)HTTP/1\\.1 40[04] .*");
            assertThat(log.heard()).noneMatch(line -> line.startsWith("ERROR"));
            return answer;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/faulty/now", "/faulty/later"})
    void tellsNothingOfAFaultButItsId(String path) {
        var answer = given().get(ops(path))
                .then()
                .body("error_id", matchesPattern("[0-9a-f]{16}"))
                .body("retry", equalTo("after"))
                .body("retry_after_ms", equalTo(1000));
        refused(answer, 500, "internal");
        assertThat(answer.extract().asString()).doesNotContain("secret", "Exception");
    }

    @Test
    void keepsPagesOut() {
        refused(
                given().header("Origin", "https://evil.example")
                        .get(ops("/tasks"))
                        .then(),
                403,
                "forbidden");
        refused(
                given().header("Sec-Fetch-Site", "cross-site")
                        .get(ops("/stream"))
                        .then(),
                403,
                "forbidden");
        refused(given().header("Host", "evil.example:9000").get(ops("/tasks")).then(), 403, "forbidden");
        tasks.every(Chore.every(NEVER, task), () -> {});
        refused(
                given().header("Origin", "null")
                        .post(ops("/tasks/" + task + "/cancel"))
                        .then(),
                403,
                "forbidden");
        assertThat(tasks.task(task).orElseThrow().cancelled()).isFalse();
    }

    @Test
    void leavesHealthAndMetricsOpen() {
        given().header("Origin", "https://evil.example")
                .get(management.resolve("/q/metrics"))
                .then()
                .statusCode(200);
        given().get(management.resolve("/q/health/live")).then().statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/ops", "/ops/tasks", "/ops/events", "/ops/pool", "/ops/breaker", "/ops/sessions", "/ops/stream"
            })
    void isNotOnThePublicPort(String path) {
        given().get(publicPort.resolve(path)).then().statusCode(404);
        given().get(publicPort.resolve("/q" + path)).then().statusCode(404);
        given().get(publicPort.resolve("/api" + path)).then().statusCode(404);
    }

    private URI ops(String path) {
        return management.resolve("/ops" + path);
    }

    private static void refused(ValidatableResponse response, int status, String code) {
        response.statusCode(status)
                .contentType("application/problem+json")
                .body("status", equalTo(status))
                .body("code", equalTo(code));
    }
}
