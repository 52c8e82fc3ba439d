package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.TestAccount;
import dev.parley.testing.TestSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What can be seen of a server from outside while something happens to its database: that it says that it lives, whether
 * it is ready, and how soon it answers the pings of a client that is connected.
 */
final class Vitals implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;
    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** What {@link ParleyProcess#status} says of a question that was not answered in time. */
    private static final int NO_ANSWER = 0;

    /** Generous: the machine may be busy with other things than this server, and in the short form slow. */
    private static final Duration LONGEST_PING = Duration.ofSeconds(Form.isLong() ? 3 : 10);

    /** An orchestrator restarts what has not said that it lives for 60 s, by our probes. */
    private static final Duration LONGEST_UNHEARD = Duration.ofSeconds(30);

    private final ParleyProcess server;
    private final TestSocket socket;
    private final Set<Integer> live = ConcurrentHashMap.newKeySet();
    private volatile long heardAt = System.nanoTime();
    private volatile long longestUnheard;
    private final AtomicInteger pongs = new AtomicInteger();
    private volatile int ready = OK;
    private volatile long longestPing;
    private volatile long pinged;
    private volatile boolean closed;
    private volatile @Nullable IOException cut;

    private Vitals(ParleyProcess server, TestSocket socket) {
        this.server = server;
        this.socket = socket;
        watch("live", this::live);
        watch("ready", () -> ready = server.status("/q/health/ready"));
        watch("ping", this::ping);
    }

    /** Watches from now on. */
    static Vitals of(ParleyProcess server) {
        try {
            var account = TestAccount.registers(server.baseUri(), "watcher");
            var socket = TestSocket.opens(server.baseUri(), 0);
            socket.says("{\"type\":\"hello\",\"token\":\"" + account.token() + "\"}");
            socket.hears();
            return new Vitals(server, socket);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    boolean isReady() {
        return ready == OK;
    }

    /** The database is away and readiness says so. */
    void awaitUnready() {
        await("readiness to say 503").atMost(LIMIT).until(() -> ready == UNAVAILABLE);
    }

    void awaitReady() {
        await("readiness").atMost(LIMIT).until(this::isReady);
    }

    /** Goes on for so long, and fails as soon as something is amiss. */
    void stayGoodFor(Duration time) {
        await("time to pass")
                .pollDelay(Duration.ZERO)
                .pollInterval(INTERVAL)
                .atMost(time.plus(LIMIT))
                .during(time)
                .until(() -> {
                    areGood();
                    return true;
                });
    }

    /** Whatever the database did: the server lived, kept the connection, and answered its pings soon. */
    void areGood() {
        assertThat(live).as("answers of liveness").containsOnly(OK);
        assertThat(Duration.ofNanos(Math.max(longestUnheard, System.nanoTime() - heardAt)))
                .as("longest time without a sign of life")
                .isLessThan(LONGEST_UNHEARD);
        assertThat(cut).as("the watcher's connection").isNull();
        assertThat(longestPing()).as("longest ping").isLessThan(LONGEST_PING);
    }

    Duration longestPing() {
        long since = pinged;
        return Duration.ofNanos(Math.max(longestPing, since == 0 ? 0 : System.nanoTime() - since));
    }

    int pongs() {
        return pongs.get();
    }

    private void live() {
        int status = server.status("/q/health/live");
        if (status == NO_ANSWER) {
            return;
        }
        live.add(status);
        longestUnheard = Math.max(longestUnheard, System.nanoTime() - heardAt);
        heardAt = System.nanoTime();
    }

    private void ping() {
        try {
            pinged = System.nanoTime();
            socket.says("{\"type\":\"ping\",\"id\":\"p\"}");
            while (!JSON.readTree(socket.hears()).path("re").asText().equals("p")) {
                // a push, which nobody asked for
            }
            longestPing = Math.max(longestPing, System.nanoTime() - pinged);
            pinged = 0;
            pongs.incrementAndGet();
        } catch (IOException e) {
            if (!closed) {
                cut = e;
            }
        }
    }

    private void watch(String what, Runnable look) {
        Thread.ofVirtual().name("vitals-" + what).start(() -> {
            while (!closed && cut == null) {
                look.run();
                LockSupport.parkNanos(INTERVAL.toNanos());
            }
        });
    }

    @Override
    public String toString() {
        return "%d pings answered, the slowest after %d ms; resident %d MiB"
                .formatted(pongs(), TimeUnit.NANOSECONDS.toMillis(longestPing), Footprint.resident(server));
    }

    /** Watches no more: what comes now is meant to end the connection. */
    void looksAway() {
        closed = true;
        socket.close();
    }

    @Override
    public void close() {
        looksAway();
    }
}
