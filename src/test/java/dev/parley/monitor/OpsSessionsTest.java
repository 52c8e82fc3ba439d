package dev.parley.monitor;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.TestAccount;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
@SuppressWarnings("NullAway.Init") // set before each test
class OpsSessionsTest {
    @TestHTTPResource(value = "/health", management = true)
    URI management;

    @TestHTTPResource("/")
    URI server;

    private TestAccount alice;

    @BeforeEach
    void register() {
        alice = TestAccount.registers(server, "alice");
    }

    @Test
    void areListedOfAnAccountAndHoldNoSecret() {
        try (var phone = alice.connects(server)) {
            assertThat(phone.isOpen()).isTrue();
            Map<String, Object> session = of(alice).getFirst();

            assertThat(session)
                    .containsEntry("account", alice.id())
                    .containsEntry("connected", true)
                    .containsOnlyKeys(
                            "account", "id", "device", "created_at", "last_seen_at", "expires_at", "node", "connected");
        }
    }

    @Test
    void arePagedOverAllAccounts() {
        var bob = TestAccount.registers(server, "bob");
        try (var _ = alice.connects(server);
                var _ = alice.connects(server);
                var _ = bob.connects(server)) {
            List<String> paged = new ArrayList<>();
            var after = "";
            while (after != null) {
                var page = given().queryParam("limit", 1)
                        .queryParam("after", after)
                        .get(at("/ops/sessions"))
                        .jsonPath();
                assertThat(page.getList("sessions").size()).isLessThanOrEqualTo(1);
                paged.addAll(page.getList("sessions.id"));
                after = page.getString("next");
            }

            assertThat(paged).doesNotHaveDuplicates().containsAll(ids(alice)).containsAll(ids(bob));
        }
    }

    @Test
    void endWhenAnOperatorRevokesThem() {
        try (var phone = alice.connects(server);
                var laptop = alice.connects(server)) {
            var sessions = ids(alice);
            assertThat(sessions).hasSize(2);

            given().delete(at("/ops/sessions/" + sessions.getFirst())).then().statusCode(204);

            await().until(() -> !phone.isOpen() || !laptop.isOpen());
            assertThat((phone.isOpen() ? laptop : phone).closeCode()).isEqualTo(4510);
            assertThat(ids(alice)).containsExactly(sessions.getLast());
        }
    }

    @Test
    void ofAnAccountEndAllWhenAnOperatorSaysSo() {
        try (var phone = alice.connects(server);
                var laptop = alice.connects(server)) {
            given().delete(at("/ops/sessions?account=" + alice.id()))
                    .then()
                    .statusCode(200)
                    .body(equalTo("{\"revoked\":2}\n"));

            assertThat(List.of(phone.closeCode(), laptop.closeCode())).containsOnly(4510);
            given().get(at("/ops/sessions?account=" + alice.id())).then().body("sessions", hasSize(0));
        }
    }

    @Test
    void thatAreNotThereAreNotFound() {
        given().delete(at("/ops/sessions/" + UUID.randomUUID()))
                .then()
                .statusCode(404)
                .contentType("application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?limit=201",
                "?limit=0",
                "?account=alice",
                "?after=x",
                "?after=a.b",
                "?account=00000000-0000-0000-0000-000000000001&after=x.y"
            })
    void areNotListedForWhatCannotBe(String query) {
        given().get(at("/ops/sessions" + query)).then().statusCode(400).body("code", equalTo("invalid"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?account=", "?account=all", "/all"})
    void areNotRevokedUnlessItIsSaidWhich(String which) {
        given().delete(at("/ops/sessions" + which)).then().statusCode(400).body("code", equalTo("invalid"));
    }

    private List<Map<String, Object>> of(TestAccount account) {
        return given().get(at("/ops/sessions?account=" + account.id()))
                .jsonPath()
                .getList("sessions");
    }

    private List<String> ids(TestAccount account) {
        return of(account).stream()
                .map(session -> String.valueOf(session.get("id")))
                .toList();
    }

    private URI at(String path) {
        return management.resolve(path);
    }
}
