package dev.parley.cluster;

import dev.parley.database.DirectConnections;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgNotification;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * LISTEN and NOTIFY of PostgreSQL, over one connection beside the pool. Each NOTIFY is a transaction of its own, since it
 * holds a lock of the whole server while it commits; it writes no table, hence waits for no disk.
 */
@ApplicationScoped
class PgCarrier implements Carrier {
    /** Under which the connection is listed in {@code pg_stat_activity}. */
    static final String CONNECTION_NAME = "parley wake-ups";

    /** PostgreSQL takes payloads that are shorter than 8000 bytes. */
    private static final int LONGEST_PAYLOAD = 7999;

    private static final String CHANNEL = "parley_wakeups";
    private static final String NOTIFY = "select pg_notify('" + CHANNEL + "', text) from unnest($1::text[]) as text";
    private static final String ECHO = "select pg_notify($1, '')";
    /** How often the way is tried out, and how long that may take. */
    private static final Duration TRIAL_PERIOD = Duration.ofSeconds(5);

    private static final Duration LIMIT = Duration.ofSeconds(3);

    private final DirectConnections connections;
    private volatile @Nullable PgConnection current;

    PgCarrier(DirectConnections connections) {
        this.connections = connections;
    }

    @Override
    public int longestText() {
        return LONGEST_PAYLOAD;
    }

    @Override
    public void listen(Ears ears) throws Exception {
        var opening = connections.open(CONNECTION_NAME);
        try {
            hold(limited(opening), ears);
        } catch (Exception e) {
            // Also one that opens after we have given up on it, and at a stop: its own end would wait for answers.
            opening.onSuccess(connections::cut);
            throw e;
        } finally {
            current = null;
        }
    }

    @Override
    public Future<Void> send(List<String> texts) {
        var open = current;
        if (open == null) {
            return Future.failedFuture(new IOException("not connected"));
        }
        return open.preparedQuery(NOTIFY)
                .execute(Tuple.tuple().addArrayOfString(texts.toArray(String[]::new)))
                .timeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .mapEmpty();
    }

    /**
     * Tries the way out by a notification to itself, which has to come back: of a link that is half open, or of a server
     * that is frozen, nothing else would tell.
     */
    private void hold(PgConnection open, Ears ears) throws Exception {
        var closed = new CountDownLatch(1);
        var echoes = new Semaphore(0);
        var echo = "parley_echo_" + UUID.randomUUID();
        open.closeHandler(_ -> closed.countDown())
                .exceptionHandler(_ -> {}) // the close handler is called as well
                .notificationHandler(told -> heard(told, ears, echoes));
        limited(open.query("listen " + CHANNEL + "; listen \"" + echo + '"').execute());
        tryOut(open, echo, echoes);
        current = open;
        ears.open();
        while (!closed.await(TRIAL_PERIOD.toNanos(), TimeUnit.NANOSECONDS)) {
            tryOut(open, echo, echoes);
        }
        throw new IOException("the connection was closed");
    }

    private static void tryOut(PgConnection open, String echo, Semaphore echoes) throws Exception {
        limited(open.preparedQuery(ECHO).execute(Tuple.of(echo)));
        if (!echoes.tryAcquire(LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new IOException("a notification to itself did not come back");
        }
    }

    private static void heard(PgNotification told, Ears ears, Semaphore echoes) {
        if (told.getChannel().equals(CHANNEL)) {
            ears.hear(told.getPayload());
        } else {
            echoes.release();
        }
    }

    private static <T> T limited(Future<T> asked) throws Exception {
        try {
            return asked.toCompletionStage().toCompletableFuture().get(LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof Exception cause ? cause : failed;
        }
    }
}
