package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.protocol.CloseCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@QuarkusTest
@TestProfile(EdgeProfile.class)
@SuppressWarnings("NullAway.Init") // set by Quarkus
@Timeout(60)
class WireTest {
    private static final byte[] ENTRY = "x".repeat(200).getBytes(StandardCharsets.UTF_8);
    private static final int HIGH_WATER = 64 * 1024;

    @TestHTTPResource("/")
    URI server;

    @Inject
    EdgeEcho echo;

    @BeforeEach
    void forget() {
        echo.opened.clear();
        echo.closeCodes.clear();
    }

    @Test
    void holdsNoMoreThanTheHighMarkForReaderThatNeverReads() {
        try (var _ = RawClient.opensNarrow(server)) {
            var wire = wire();
            long most = pushed(wire, 200_000);
            assertThat(most).isBetween(HIGH_WATER - 1000L, HIGH_WATER + 1000L);
        }
    }

    @Test
    void freesBacklogWhenCut() {
        try (var _ = RawClient.opensNarrow(server)) {
            var wire = wire();
            var frame = Wire.textFrame(PooledByteBufAllocator.DEFAULT, ENTRY);
            FloodTest.fill(wire);
            // Past the mark, as nobody should: the backlog is megabytes of references to one frame.
            wire.loop().submit(() -> pile(wire, frame, 20_000)).syncUninterruptibly();
            assertThat(wire.pendingBytes()).isGreaterThan(4_000_000);
            assertThat(frame.refCnt()).isEqualTo(20_001);
            wire.cut();
            await().until(() -> frame.refCnt() == 1);
            assertThat(wire.pendingBytes()).isZero();
            frame.release();
            await().until(() -> !echo.closeCodes.isEmpty());
        }
    }

    @Test
    void cutsSocketThatDoesNotTakeItsClose() {
        try (var _ = RawClient.opensNarrow(server)) {
            var wire = wire();
            FloodTest.fill(wire);
            wire.close(CloseCode.TOO_SLOW, "");
            await().atMost(Duration.ofSeconds(3)).until(() -> wire.pendingBytes() == 0);
            await().until(() -> echo.closeCodes.contains(4003));
            assertThat(echo.sawFault(wire)).isFalse();
        }
    }

    @Test
    void tellsBacklogThatDoesNotMove() {
        try (var client = RawClient.opensNarrow(server)) {
            var wire = wire();
            FloodTest.fill(wire);
            await().atMost(Duration.ofSeconds(5)).until(() -> stuck(wire, Duration.ofMillis(300)));
            assertThat(stuck(wire, Duration.ofMinutes(1))).isFalse();
            // It reads again: the kernel makes room in large steps, but long before the end of the backlog.
            while (stuck(wire, Duration.ofMillis(300))) {
                assertThat(client.hears()).hasSize(5 + 200);
            }
        }
    }

    @Test
    void goesOnWhenReaderCatchesUp() {
        try (var client = RawClient.opensNarrow(server)) {
            var wire = wire();
            var again = new AtomicLong();
            wire.onWritable(again::incrementAndGet);
            FloodTest.fill(wire);
            assertThat(wire.writable()).isFalse();
            again.set(0);
            while (again.get() == 0) {
                assertThat(client.hears()).hasSize(5 + 200);
            }
            assertThat(wire.writable()).isTrue();
        }
    }

    @Test
    void saysCloseAfterWhatIsWritten() {
        try (var client = RawClient.opens(server)) {
            var wire = wire();
            wire.loop().execute(() -> {
                wire.write(Wire.textFrame(wire.allocator(), "last words".getBytes(StandardCharsets.UTF_8)));
                wire.close(CloseCode.RESTART, "restart");
                wire.write(Wire.textFrame(wire.allocator(), "too late".getBytes(StandardCharsets.UTF_8)));
            });
            assertThat(client.hears()).isEqualTo("text last words");
            assertThat(client.hears()).isEqualTo("close 1012");
            client.sends(ClientFrame.close(1012, ""));
            assertThat(client.hears()).isEqualTo("end");
            await().until(() -> echo.closeCodes.contains(1012));
            assertThat(echo.sawFault(wire)).isFalse();
        }
    }

    @Test
    void endsTcpWhenCloseIsNotAnswered() {
        try (var client = RawClient.opens(server)) {
            wire().close(CloseCode.RESTART, "x".repeat(300) + "€");
            assertThat(client.hearsToTheEnd()).isEqualTo("close 1012\nend");
        }
    }

    @Test
    void answersWhatCameBeforeTheClose() {
        echo.hold();
        try (var client = RawClient.opens(server)) {
            var wire = wire();
            client.sends(ClientFrame.join(ClientFrame.text("slow work"), ClientFrame.close(1000, "")));
            await().until(() -> echo.held.get() == 1);
            wire.loop().execute(() -> wire.write(Wire.textFrame(wire.allocator(), ENTRY)));
            echo.release(wire);
            assertThat(client.hears()).startsWith("text xxx");
            assertThat(client.hearsToTheEnd()).isEqualTo("close 1000\nend");
        }
    }

    @Test
    void flushesOnceHoweverMuchIsWritten() {
        try (var client = RawClient.opens(server)) {
            var wire = wire();
            var flushes = new AtomicLong();
            FlushCount.at(wire, flushes);
            var frame = Wire.textFrame(wire.allocator(), ENTRY);
            wire.loop().submit(() -> pile(wire, frame, 10)).syncUninterruptibly();
            frame.release();
            for (int i = 0; i < 10; i++) {
                client.hears();
            }
            assertThat(flushes).hasValue(1);
        }
    }

    /** A loop that is late with its flushes has not offered them: its peer is not to blame. */
    @Test
    void isNotStuckByWhatWasNotOffered() throws Exception {
        try (var client = RawClient.opens(server)) {
            var wire = wire();
            var stuck = wire.loop().submit(() -> {
                wire.write(Wire.textFrame(wire.allocator(), ENTRY));
                wire.stuckFor(Duration.ZERO);
                return wire.stuckFor(Duration.ZERO);
            });
            assertThat(stuck.get()).isFalse();
            assertThat(client.hears()).startsWith("text ");
        }
    }

    @Test
    void pingsAndHearsThePong() {
        try (var client = RawClient.opens(server)) {
            var wire = wire();
            long before = wire.lastInboundNanos();
            wire.loop().execute(wire::ping);
            assertThat(client.hears()).isEqualTo("ping ");
            client.sends(ClientFrame.frame(0x8A, ""));
            await().until(() -> wire.lastInboundNanos() > before);
        }
    }

    private Wire wire() {
        await().until(() -> !echo.opened.isEmpty());
        return echo.opened.element();
    }

    private static boolean stuck(Wire wire, Duration limit) {
        return wire.loop()
                .submit(() -> wire.stuckFor(limit))
                .syncUninterruptibly()
                .getNow();
    }

    /** Pushes so many entries as a fan-out does, asking each time; returns the most that was ever pending. */
    private static long pushed(Wire wire, int entries) {
        var frame = Wire.textFrame(PooledByteBufAllocator.DEFAULT, ENTRY);
        long most = 0;
        for (int batch = 0; batch < entries / 100; batch++) {
            wire.loop().submit(() -> push(wire, frame, 100)).syncUninterruptibly();
            most = Math.max(most, wire.pendingBytes());
        }
        frame.release();
        return most;
    }

    private static void push(Wire wire, ByteBuf frame, int times) {
        for (int i = 0; i < times; i++) {
            if (wire.writable()) {
                wire.write(frame.retainedDuplicate());
            }
        }
    }

    private static void pile(Wire wire, ByteBuf frame, int times) {
        for (int i = 0; i < times; i++) {
            wire.write(frame.retainedDuplicate());
        }
    }
}
