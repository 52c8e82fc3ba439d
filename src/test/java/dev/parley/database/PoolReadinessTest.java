package dev.parley.database;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.is;

import dev.parley.testing.EmbeddedPostgresResource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
class PoolReadinessTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Inject
    Vertx vertx;

    @Inject
    Pool pool;

    @Inject
    io.vertx.sqlclient.Pool driver;

    @Inject
    DatabaseBreaker breaker;

    @Inject
    DatabaseConfig config;

    @Inject
    PoolStatistics statistics;

    @Inject
    Statements statements;

    @TestHTTPResource(value = "/health/ready", management = true)
    URI readiness;

    @TestHTTPResource(value = "/metrics", management = true)
    URI metrics;

    @Test
    void staysUpWhenThePoolIsMerelyBusy() {
        int max = statistics.now().max();
        var held = holdAll();
        var waiting = statements.connection(LIMIT).onSuccess(io.vertx.sqlclient.SqlConnection::close);
        try {
            await().atMost(LIMIT).until(() -> statistics.now().waiting() == 1);

            assertThat(statistics.now()).isEqualTo(new PoolUse(max, max, max, 1));
            given().get(readiness)
                    .then()
                    .statusCode(200)
                    .body("checks.find { it.name == 'database pool' }.data", hasEntry(is("usage_percent"), is(100)));
            given().get(metrics).then().body(containsString("parley_pool_in_use " + (double) max));
        } finally {
            held.forEach(connection -> connection.close().await().atMost(LIMIT));
            // Also if that took so long that it was given up.
            await().atMost(LIMIT).until(waiting::isComplete);
        }
        await().atMost(LIMIT).until(() -> statistics.now().inUse() == 0);
        assertThat(statistics.now().idle()).isEqualTo(max);
    }

    /** In so little time the answer of a live server might be missed, and it be taken for one that is away. */
    @Test
    void beginsNoStatementThatComesLateToItsTurn() {
        var held = holdAll();
        var late = statements.once("select 1", Tuple.tuple(), Duration.ofSeconds(2));
        LockSupport.parkNanos(Duration.ofMillis(1300).toNanos());
        held.forEach(connection -> connection.close().await().atMost(LIMIT));

        await("it is given up").atMost(LIMIT).until(late::isComplete);
        assertThat(late.cause()).isInstanceOf(Interrupted.class).hasCauseInstanceOf(TooLate.class);
        await("no connection is lost by it")
                .atMost(LIMIT)
                .until(() -> statistics.now().idle() == statistics.now().max());
    }

    /** Who would be called back is made of beans that are gone. */
    @Test
    void callsNobodyBackWhenTheProgramHasEndedButTellsWhoWaits() {
        var ending = new Statements(vertx, driver, breaker, config, new SimpleMeterRegistry());
        var loop = ((VertxInternal) vertx).createEventLoopContext();
        var back = new AtomicBoolean();
        var over = new AtomicBoolean();
        loop.runOnContext(_ -> {
            var _ = ending.once("select pg_sleep(1)", Tuple.tuple(), LIMIT).onComplete(_ -> back.set(true));
            var _ = statements.once("select pg_sleep(2)", Tuple.tuple(), LIMIT).onComplete(_ -> over.set(true));
        });
        var waited = ending.once("select pg_sleep(1)", Tuple.tuple(), LIMIT);
        await("the statements to run").atMost(LIMIT).until(() -> sleeping() == 3);

        ending.end(new ShutdownEvent());

        await("one that ends later").atMost(LIMIT).untilTrue(over);
        assertThat(waited.succeeded()).isTrue();
        assertThat(back).isFalse();
    }

    private long sleeping() {
        return pool.query(
                        "select count(*) from pg_stat_activity where state = 'active' and query like 'select pg_sleep%'")
                .execute()
                .await()
                .atMost(LIMIT)
                .iterator()
                .next()
                .getLong(0);
    }

    @Test
    void givesEachConnectionItsManners() {
        var row = pool.withConnection(connection -> connection
                        .query(
                                "select current_setting('synchronous_commit') || ' ' || current_setting('statement_timeout')"
                                        + " || ' ' || current_setting('lock_timeout') || ' ' ||"
                                        + " current_setting('idle_in_transaction_session_timeout') || ' ' ||"
                                        + " current_setting('application_name')")
                        .execute())
                .await()
                .atMost(LIMIT)
                .iterator()
                .next();

        assertThat(row.getString(0)).isEqualTo("on 10s 500ms 10s parley");
    }

    private List<SqlConnection> holdAll() {
        List<SqlConnection> held = new ArrayList<>();
        for (int i = 0; i < statistics.now().max(); i++) {
            held.add(pool.getConnection().await().atMost(LIMIT));
        }
        return held;
    }
}
