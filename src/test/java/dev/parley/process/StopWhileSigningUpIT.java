package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.OwnPostgres;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM while people sign up. Who is told that they have an account has one, who is refused has none. */
class StopWhileSigningUpIT {
    private static final Logger LOG = Logger.getLogger(StopWhileSigningUpIT.class);
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int PEOPLE = 12;
    private static final int CREATED = 201;
    private static final int UNAVAILABLE = 503;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final AtomicInteger names = new AtomicInteger();
    private final Set<String> signedUp = ConcurrentHashMap.newKeySet();

    @TempDir
    Path directory;

    @Test
    void answersWhoAskedInTimeAndRefusesWhoComesLate() throws Exception {
        try (var database = OwnPostgres.starts(directory.resolve("database"));
                var scene = Scene.on(database, directory, Map.of("PARLEY_DRAIN_DEADLINE", "30s"));
                var lock = database.server().connect();
                var sql = lock.createStatement();
                var people = Executors.newFixedThreadPool(PEOPLE)) {
            var last = signUpUntilRefused(scene, people);
            await("sign-ups").atMost(LIMIT).until(() -> signedUp.size() > 2 * PEOPLE);
            lock.setAutoCommit(false);
            sql.execute("lock table account in share mode");
            await("everybody to wait for an answer").atMost(LIMIT).until(() -> waiting(sql) == PEOPLE);
            int before = signedUp.size();

            scene.server().sigterm();
            await("the part of a stop in which all is answered")
                    .atMost(LIMIT)
                    .until(() -> scene.server().log().contains("Drain: clients sent away"));
            var late = signUp(scene, "late");
            assertThat(late.statusCode()).isEqualTo(UNAVAILABLE);
            assertThat(late.headers().firstValue("Retry-After")).contains("1");
            assertThat(late.body()).contains("\"code\":\"unavailable\"", "\"retry\":\"after\"");
            lock.rollback();

            assertThat(scene.server().awaitExit()).as("exit code").isZero();
            assertThat(signedUp).as("who had asked before, and were told").hasSize(before + PEOPLE);
            LOG.infof("the last to be heard: %s", outcomes(last));
            assertThat(accounts(database)).isEqualTo(signedUp);
            scene.mayBeBusy(1);
            scene.leavesQuietLog();
        }
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

    private static HttpResponse<String> signUp(Scene scene, String name) throws IOException, InterruptedException {
        var credentials = "{\"name\":\"%s\",\"password\":\"correct horse\"}".formatted(name);
        var request = HttpRequest.newBuilder(scene.uri().resolve("/api/accounts"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(credentials))
                .build();
        return HTTP.send(request, BodyHandlers.ofString());
    }

    private static List<String> outcomes(List<Future<String>> last) throws ExecutionException, InterruptedException {
        var outcomes = new ArrayList<String>();
        for (var one : last) {
            outcomes.add(one.get());
        }
        return outcomes;
    }

    private static int waiting(Statement sql) throws SQLException {
        try (var row = sql.executeQuery("select count(*) from pg_locks where not granted")) {
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
