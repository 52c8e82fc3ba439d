package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.OwnPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM while people sign up. Who is told that they have an account has one, who is refused has none. */
class StopWhileSigningUpIT {
    private static final Logger LOG = Logger.getLogger(StopWhileSigningUpIT.class);
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int PEOPLE = 12;
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final int UNAVAILABLE = 503;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    /** What waits for a lock here must not be given up while a slow test goes on. */
    private static final Map<String, String> PATIENT = Map.of(
            "PARLEY_DRAIN_DEADLINE", "60s",
            "PARLEY_DATABASE_LOCK_TIMEOUT", "30s",
            "PARLEY_DATABASE_STATEMENT_TIMEOUT", "30s",
            "PARLEY_ACCOUNT_DATABASE_WAIT", "30s");

    private final AtomicInteger names = new AtomicInteger();
    private final Set<String> signedUp = ConcurrentHashMap.newKeySet();

    @TempDir
    Path directory;

    @Test
    void answersWhoAskedInTimeAndRefusesWhoComesLate() throws Exception {
        try (var people = Executors.newFixedThreadPool(PEOPLE);
                var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, PATIENT);
                var lock = database.server().connect();
                var sql = lock.createStatement()) {
            var token = scene.registers("reader").token();
            var last = signUpUntilRefused(scene, people);
            await("sign-ups").atMost(LIMIT).until(() -> signedUp.size() > 2 * PEOPLE);
            lock.setAutoCommit(false);
            sql.execute("lock table account, active_session in access exclusive mode");
            var reader = asksForSessions(scene, token);
            await("everybody to wait for an answer")
                    .atMost(LIMIT)
                    .until(() -> waiting(sql, "account") == PEOPLE && waiting(sql, "active_session") > 0);
            int before = signedUp.size();

            scene.server().sigterm();
            await("requests to be refused").atMost(LIMIT).until(() -> status(scene, "/api/openapi") == UNAVAILABLE);
            var late = signUp(scene, "late");
            assertThat(late.statusCode()).isEqualTo(UNAVAILABLE);
            assertThat(late.headers().firstValue("Retry-After")).contains("2");
            assertThat(late.headers().firstValue("Connection")).contains("close");
            assertThat(saysThatItIsForASocket(scene))
                    .as("whatever it says of itself")
                    .startsWith("HTTP/1.1 503 ");
            assertThat(late.body()).contains("\"code\":\"unavailable\"", "\"retry\":\"after\"");
            lock.rollback();

            assertThat(scene.server().awaitExit()).as("exit code").isZero();
            LOG.infof("the last to be heard: %s", outcomes(last));
            assertThat(signedUp).as("who had asked before, and were told").hasSize(before + PEOPLE);
            assertThat(accounts(database))
                    .filteredOn(name -> name.startsWith("person"))
                    .hasSameElementsAs(signedUp);
            assertThat(reader.get(LIMIT.toSeconds(), TimeUnit.SECONDS).statusCode())
                    .as("who only reads")
                    .isEqualTo(OK);
            scene.mayBeBusy(1);
            scene.leavesQuietLog();
        }
    }

    private static int status(Scene scene, String path) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(scene.uri().resolve(path)).timeout(LIMIT).build();
        return HTTP.send(request, BodyHandlers.discarding()).statusCode();
    }

    /** Each of them again and again; answers with how the last time ended. */
    private List<Future<String>> signUpUntilRefused(Scene scene, ExecutorService people) {
        var last = new ArrayList<Future<String>>();
        for (int i = 0; i < PEOPLE; i++) {
            last.add(people.submit(() -> {
                try {
                    while (true) {
                        var name = "person" + names.incrementAndGet();
                        var answer = signUp(scene, name);
                        if (answer.statusCode() != CREATED) {
                            return Integer.toString(answer.statusCode());
                        }
                        signedUp.add(name);
                    }
                } catch (IOException unheard) {
                    return unheard.getClass().getSimpleName();
                }
            }));
        }
        return last;
    }

    private static CompletableFuture<HttpResponse<Void>> asksForSessions(Scene scene, String token) {
        var request = HttpRequest.newBuilder(scene.uri().resolve("/api/sessions"))
                .header("Authorization", "Bearer " + token)
                .timeout(LIMIT)
                .build();
        return HTTP.sendAsync(request, BodyHandlers.discarding());
    }

    /** All that is answered, up to the end of the connection. */
    private static String saysThatItIsForASocket(Scene scene) throws IOException {
        try (var client =
                new Socket(InetAddress.getLoopbackAddress(), scene.uri().getPort())) {
            client.setSoTimeout((int) LIMIT.toMillis());
            var request = "GET /api/sessions HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n\r\n";
            client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static HttpResponse<String> signUp(Scene scene, String name) throws IOException, InterruptedException {
        var credentials = "{\"name\":\"%s\",\"password\":\"correct horse\"}".formatted(name);
        var request = HttpRequest.newBuilder(scene.uri().resolve("/api/accounts"))
                .header("Content-Type", "application/json")
                .timeout(LIMIT)
                .POST(BodyPublishers.ofString(credentials))
                .build();
        return HTTP.send(request, BodyHandlers.ofString());
    }

    private static List<String> outcomes(List<Future<String>> last) throws Exception {
        var outcomes = new ArrayList<String>();
        for (var one : last) {
            outcomes.add(one.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
        }
        return outcomes;
    }

    private static int waiting(Statement sql, String table) throws SQLException {
        try (var row = sql.executeQuery(
                "select count(*) from pg_locks where not granted and relation = '%s'::regclass".formatted(table))) {
            row.next();
            return row.getInt(1);
        }
    }

    private static Set<String> accounts(OwnPostgres database) throws SQLException {
        try (var connection = database.server().connect();
                var sql = connection.createStatement();
                var rows = sql.executeQuery("select name_key from account")) {
            var names = new HashSet<String>();
            while (rows.next()) {
                names.add(rows.getString(1));
            }
            return names;
        }
    }
}
