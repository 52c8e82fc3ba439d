package dev.parley.account;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.account.TokenVerifier.Verdict;
import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.RestContract;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
class RestAccountsTest {
    private static final String PASSWORD = "correct horse";

    @Inject
    TokenVerifier verifier;

    @Test
    void givesATokenToWhoRegistered() {
        var name = "Alice-" + UUID.randomUUID();
        var registered = post("/api/accounts", name, PASSWORD);
        assertThat(registered.statusCode()).isEqualTo(201);
        assertThat(registered.jsonPath().getString("name")).isEqualTo(name);
        var id = registered.jsonPath().getString("id");
        assertThat(registered.header("Location")).isEqualTo("/api/accounts/" + id);

        var signedIn = post("/api/tokens", name.toUpperCase(Locale.ROOT), PASSWORD);
        assertThat(signedIn.statusCode()).isEqualTo(200);
        assertThat(signedIn.header("Cache-Control")).isEqualTo("no-store");
        assertThat(signedIn.header("X-Content-Type-Options")).isEqualTo("nosniff");
        var expiresAt = Instant.parse(signedIn.jsonPath().getString("expires_at"));
        assertThat(verifier.verify(signedIn.jsonPath().getString("token")))
                .isEqualTo(new Verdict.Valid(UUID.fromString(id), name, expiresAt));

        var contract = RestContract.served();
        contract.holdsFor("post", "/api/accounts", registered);
        contract.holdsFor("post", "/api/tokens", signedIn);
    }

    @Test
    void givesANameOnceWithoutRegardToCase() {
        var name = "Bob-" + UUID.randomUUID();
        post("/api/accounts", name, PASSWORD);
        var taken = post("/api/accounts", name.toUpperCase(Locale.ROOT), PASSWORD);
        refused(taken, 409, "name_taken");
        RestContract.served().holdsFor("post", "/api/accounts", taken);
    }

    @Test
    void givesANameOnceToAllWhoWantItAtOnce() throws Exception {
        var name = "Carol-" + UUID.randomUUID();
        int wanting = 12;
        var together = new CyclicBarrier(wanting);
        Callable<Integer> register = () -> {
            together.await();
            return post("/api/accounts", name, PASSWORD).statusCode();
        };
        var statuses = new ArrayList<Integer>();
        try (var threads = Executors.newFixedThreadPool(wanting)) {
            var tries = new ArrayList<Future<Integer>>();
            for (int i = 0; i < wanting; i++) {
                tries.add(threads.submit(register));
            }
            for (var one : tries) {
                statuses.add(one.get());
            }
        }
        assertThat(statuses).containsOnlyOnce(201).containsOnly(201, 409);
    }

    /** Row A7: nobody can find out who has an account. */
    @Test
    void answersTheSameForAWrongPasswordAndForNobody() {
        var name = "Dave-" + UUID.randomUUID();
        post("/api/accounts", name, PASSWORD);
        var wrong = post("/api/tokens", name, "wrong horse");
        var nobody = post("/api/tokens", "Nobody-" + UUID.randomUUID(), "wrong horse");
        refused(wrong, 401, "unauthorized");
        RestContract.served().holdsFor("post", "/api/tokens", wrong);
        assertThat(nobody.statusCode()).isEqualTo(401);
        assertThat(nobody.asString()).isEqualTo(wrong.asString());
        assertThat(nobody.headers().asList()).isEqualTo(wrong.headers().asList());
    }

    /** Row A7: guessing is slowed down, for nobody as for somebody. */
    @Test
    void stopsLookingAtPasswordsOfAGuesser() {
        var name = "Eve-" + UUID.randomUUID();
        for (int i = 0; i < 10; i++) {
            assertThat(post("/api/tokens", name, "guess number " + i).statusCode())
                    .isEqualTo(401);
        }
        var stopped = post("/api/tokens", name, "guess number 10");
        refused(stopped, 429, "rate_limited");
        assertThat(Integer.parseInt(stopped.header("Retry-After"))).isBetween(1, 60);
        RestContract.served().holdsFor("post", "/api/tokens", stopped);
    }

    /** Row B10: stored as it is, returned as it is. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "'; drop table account; --",
                "\\\"><script>alert(1)</script>",
                "${jndi:ldap://127.0.0.1/x}",
                "%s%n{}$1",
                "../../etc/passwd",
                "\ud83d\udc4b gr\u00fc\u00dfe"
            })
    void keepsDangerousTextsAsText(String text) {
        var name = text + " " + UUID.randomUUID().toString().substring(0, 8);
        assertThat(post("/api/accounts", name, PASSWORD).jsonPath().getString("name"))
                .isEqualTo(name);
        assertThat(post("/api/tokens", name, PASSWORD).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                | 400 | invalid",
                "{'name':'x'}                                      | 400 | invalid",
                "{'name':null,'password':'correct horse'}          | 400 | invalid",
                "{'name':'  ','password':'correct horse'}          | 400 | invalid",
                "{'name':'a\\u0000b','password':'correct horse'}   | 400 | invalid",
                "{'name':'a\\r\\nb','password':'correct horse'}    | 400 | invalid",
                "{'name':'a\\u001b[31m','password':'correct horse'}| 400 | invalid",
                "{'name':'a\\ud83d','password':'correct horse'}    | 400 | invalid",
                "{'name':'x','password':'short'}                   | 400 | invalid",
                "''                                                | 400 | invalid",
                "null                                              | 400 | invalid",
                "{'name':5,'password':'correct horse'}             | 400 | bad_frame",
                "{'name':true,'password':'correct horse'}          | 400 | bad_frame",
                "{'name':['x'],'password':'correct horse'}         | 400 | bad_frame",
                "{'name':{},'password':'correct horse'}            | 400 | bad_frame",
                "{'name':'x','name':'y','password':'correct horse'}| 400 | bad_frame",
                "[]                                                | 400 | bad_frame",
                "7                                                 | 400 | bad_frame",
                "'a'                                               | 400 | bad_frame",
                "{'name':                                          | 400 | bad_frame",
                "{} {}                                             | 400 | bad_frame",
                "<xml/>                                            | 400 | bad_frame",
            })
    void saysWhatIsWrongWithABody(String body, int status, String code) {
        var json = body.equals("''") ? "" : body.replace('\'', '"');
        for (var path : new String[] {"/api/accounts", "/api/tokens"}) {
            var answer = given().contentType("application/json").body(json).post(path);
            refused(answer, status, code);
            RestContract.served().holdsFor("post", path, answer);
        }
    }

    @Test
    void ignoresFieldsThatItDoesNotKnow() {
        var body = "{\"name\":\"Fay-%s\",\"password\":\"correct horse\",\"role\":\"admin\",\"x\":{\"y\":[1]}}"
                .formatted(UUID.randomUUID());
        var answer = given().contentType("application/json").body(body).post("/api/accounts");
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.jsonPath().getMap("")).containsOnlyKeys("id", "name");
    }

    static void refused(Response answer, int status, String code) {
        answer.then().contentType(startsWith("application/problem+json"));
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
        assertThat(answer.jsonPath().getString("code")).as(answer.asString()).isEqualTo(code);
        assertThat(answer.jsonPath().getInt("status")).isEqualTo(status);
        assertThat(answer.asString()).doesNotContain("Exception", "dev.parley", "jackson");
    }

    private static Response post(String path, String name, String password) {
        try {
            var body = new ObjectMapper().writeValueAsString(Map.of("name", name, "password", password));
            return given().contentType("application/json").body(body).post(path);
        } catch (JsonProcessingException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
