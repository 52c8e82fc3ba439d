package dev.parley.gateway;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@QuarkusTest
@TestProfile(EdgeProfile.class)
@SuppressWarnings("NullAway.Init") // set by Quarkus
@Timeout(60)
class OutboxTest {
    private static final byte[] ENTRY = "entry".getBytes(StandardCharsets.UTF_8);
    /** More than are flushed in one turn. */
    private static final int WIRES = 6;

    private static final Duration LATE = Duration.ofMillis(50);

    @TestHTTPResource("/")
    URI server;

    @Inject
    EdgeEcho echo;

    private final List<RawClient> clients = new ArrayList<>();

    @BeforeEach
    void forget() {
        echo.opened.clear();
    }

    @AfterEach
    void hangUp() {
        clients.forEach(RawClient::close);
    }

    @Test
    void sendsWhatIsWrittenMeanwhileTogetherWithWhatStillWaits() {
        var wires = wiresOfOneLoop();
        var first = new AtomicLong();
        var last = new AtomicLong();
        FlushCount.at(wires.getFirst(), first);
        FlushCount.at(wires.getLast(), last);
        var loop = wires.getFirst().loop();
        var frame = Wire.textFrame(wires.getFirst().allocator(), ENTRY);
        loop.submit(() -> {
                    fanOut(wires, frame);
                    // As the next batch does: behind the first turn of flushes.
                    loop.execute(() -> fanOut(wires, frame));
                })
                .syncUninterruptibly();
        await().until(() -> first.get() == 2);
        await().until(() -> wires.stream().allMatch(wire -> wire.pendingBytes() == 0));
        assertThat(last).hasValue(1);
        loop.submit(() -> frame.release()).syncUninterruptibly();
    }

    /** On a loop with much else to do, turns are rare: a few flushes in each would be too few for all to get theirs. */
    @Test
    void flushesMoreInTurnThatComesLate() {
        var wires = wiresOfOneLoop();
        var loop = wires.getFirst().loop();
        var frame = Wire.textFrame(wires.getFirst().allocator(), ENTRY);
        var unsent = new AtomicLong();
        loop.submit(() -> {
                    fanOut(wires, frame);
                    LockSupport.parkNanos(LATE.toNanos());
                    loop.execute(() -> unsent.set( // behind the first turn of flushes
                            wires.stream()
                                    .filter(wire -> wire.pendingBytes() > 0)
                                    .count()));
                })
                .syncUninterruptibly();
        loop.submit(() -> frame.release()).syncUninterruptibly();
        assertThat(unsent).as("wires that wait").hasValue(0);
    }

    private static void fanOut(List<Wire> wires, ByteBuf frame) {
        wires.forEach(wire -> wire.write(frame.retainedDuplicate()));
    }

    private List<Wire> wiresOfOneLoop() {
        while (true) {
            int known = echo.opened.size();
            clients.add(RawClient.opens(server));
            await().until(() -> echo.opened.size() > known);
            for (var wires :
                    echo.opened.stream().collect(groupingBy(Wire::loop)).values()) {
                if (wires.size() == WIRES) {
                    return wires;
                }
            }
        }
    }
}
