package dev.parley.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.database.Interrupted;
import dev.parley.log.Appended.Faulty;
import dev.parley.log.Appended.Unavailable;
import dev.parley.log.Appended.Written;
import dev.parley.trace.Tracing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LaneTest {
    private final Interrupted lost = new Interrupted(new IllegalStateException("connection lost"));
    private final RuntimeException refused = new IllegalArgumentException("no JSON");

    private final LaneBench bench = new LaneBench();

    @Test
    void writesAtOnceWhenIdle() {
        bench.sends("a");
        bench.runs();

        assertThat(bench.asked).containsExactly(List.of("a"));
    }

    @Test
    void groupsWhatComesWhileATransactionIsUnderWay() {
        bench.sends("a");
        bench.runs();
        bench.sends("b");
        bench.sends("c");
        bench.runs();
        assertThat(bench.asked).hasSize(1);

        bench.commits();

        assertThat(bench.asked).containsExactly(List.of("a"), List.of("b", "c"));
    }

    /** Whether it is the same line or a conflict is known when the first is written. */
    @Test
    void asksOnlyOnceForEachCidInATransaction() {
        bench.sends("a");
        bench.sends("b");
        bench.sends("a");
        bench.sends("c");
        bench.runs();
        bench.commits();

        assertThat(bench.asked).containsExactly(List.of("a", "b"), List.of("a", "c"));
    }

    @Test
    void tellsSendersBeforeTheLogAndEachOnce() {
        bench.sends("a");
        bench.sends("b");
        bench.runs();
        bench.commits();

        assertThat(bench.told).containsExactly("a=Written", "b=Written", "committed:a,b");
    }

    @Test
    void triesALostBatchAgainAsItWasAndBeforeAllOthers() {
        bench.sends("a");
        bench.sends("b");
        bench.runs();
        bench.sends("c");
        bench.fails(lost);
        assertThat(bench.asked).as("while it pauses").hasSize(1);

        bench.pausesEnd();
        bench.commits();
        bench.commits();

        assertThat(bench.asked).containsExactly(List.of("a", "b"), List.of("a", "b"), List.of("c"));
        assertThat(bench.outcome("a")).isEqualTo(new Written(1, Instant.EPOCH));
        assertThat(bench.outcome("c")).isEqualTo(new Written(3, Instant.EPOCH));
    }

    @Test
    void doesNotAskTheStoreWhileItPauses() {
        bench.sends("a");
        bench.runs();
        bench.fails(lost);

        bench.sends("b");
        bench.runs();

        assertThat(bench.asked).hasSize(1);
    }

    @Test
    void answersUnavailableToWhatHasRunOutOfTime() {
        bench.sends("a");
        bench.runs();
        bench.passes(Duration.ofSeconds(2));
        bench.sends("b");
        bench.passes(Duration.ofSeconds(3));

        bench.fails(lost);
        assertThat(bench.outcome("a")).isInstanceOf(Unavailable.class);
        bench.pausesEnd();
        bench.commits();

        assertThat(bench.outcome("b")).isInstanceOf(Written.class);
        assertThat(bench.asked).containsExactly(List.of("a"), List.of("b"));
    }

    @Test
    void neverTriesWhatHasWaitedTooLongInTheQueue() {
        bench.sends("a");
        bench.runs();
        for (int i = 0; i < 2000; i++) {
            bench.sends("late-" + i);
        }
        bench.passes(Duration.ofSeconds(5));

        bench.fails(lost);

        assertThat(bench.asked).hasSize(1);
        assertThat(bench.outcomes)
                .hasSize(2001)
                .allSatisfy((cid, _) -> assertThat(bench.outcome(cid)).isInstanceOf(Unavailable.class));
        assertThat(bench.lane.waiting()).isZero();
    }

    @Test
    void isolatesTheLineThatTheStoreChokesOn() {
        for (int i = 0; i < 100; i++) {
            bench.sends("m" + i);
        }
        bench.runs();
        while (!bench.open.isEmpty()) {
            if (bench.open.getFirst().cids().contains("m61")) {
                bench.fails(refused);
            } else {
                bench.commits();
            }
        }

        assertThat(bench.outcome("m61")).isEqualTo(new Faulty(refused));
        assertThat(bench.outcomes.keySet()).hasSize(100).allSatisfy(cid -> {
            if (!cid.equals("m61")) {
                assertThat(bench.outcome(cid)).isEqualTo(new Written(placeWithout61(cid), Instant.EPOCH));
            }
        });
        assertThat(bench.asked.size()).as("transactions").isLessThan(20);
    }

    @Test
    void writesRoomChangesAloneAndInTurn() {
        bench.sends("a");
        bench.sends("b");
        bench.sends("join", Kind.JOIN, "{}");
        bench.sends("leave", Kind.LEAVE, "{}");
        bench.sends("c");
        bench.sends("d");
        bench.runs();
        while (!bench.open.isEmpty()) {
            bench.commits();
        }

        assertThat(bench.asked)
                .containsExactly(List.of("a", "b"), List.of("join"), List.of("leave"), List.of("c", "d"));
    }

    @Test
    void bendsToTheBoundsOfABatch() {
        var small = new LaneBench(new FixedLogConfig(3, 10, 100, 1000));
        List.of("a", "b", "c", "d").forEach(small::sends);
        small.sends("long", Kind.MESSAGE, "{\"body\":\"0123456789\"}");
        small.sends("e");
        small.runs();
        while (!small.open.isEmpty()) {
            small.commits();
        }

        assertThat(small.asked).containsExactly(List.of("a", "b", "c"), List.of("d"), List.of("long"), List.of("e"));
    }

    @Test
    void refusesAtOnceWhatItsQueueCannotHold() {
        var full = new LaneBench(new FixedLogConfig(10, 100, 3, 1000));
        List.of("a", "b", "c", "d").forEach(full::sends);

        assertThat(full.outcome("d")).isInstanceOf(Unavailable.class);
        full.runs();
        full.sends("e");
        full.commits();
        full.commits();
        assertThat(full.outcome("e")).isInstanceOf(Written.class);
    }

    @Test
    void refusesAtOnceWhatItsMemoryCannotHold() {
        var full = new LaneBench(new FixedLogConfig(10, 100, 1000, 10));
        full.sends("a", Kind.MESSAGE, "{\"a\":123}");
        full.sends("b");
        full.runs();
        full.sends("c");
        full.commits();
        full.commits();

        assertThat(full.outcome("a")).isInstanceOf(Written.class);
        assertThat(full.outcome("b")).isInstanceOf(Unavailable.class);
        assertThat(full.outcome("c")).isInstanceOf(Written.class);
    }

    @Test
    void tellsTheOthersWhenOneCannotBeTold() {
        bench.lane.append(new Line(LaneBench.ROOM, LaneBench.ROOM, "deaf", Kind.MESSAGE, "{}"), Tracing.NONE, _ -> {
            throw new IllegalStateException("the sender has gone");
        });
        bench.sends("a");
        bench.runs();
        bench.commits();
        assertThat(bench.outcome("a")).isInstanceOf(Written.class);

        bench.lane.append(new Line(LaneBench.ROOM, LaneBench.ROOM, "deaf", Kind.MESSAGE, "{}"), Tracing.NONE, _ -> {
            throw new IllegalStateException("the sender has gone");
        });
        bench.runs();
        bench.passes(Duration.ofSeconds(6));
        bench.fails(lost);
        bench.pausesEnd();
        bench.sends("b");
        bench.runs();
        bench.commits();
        assertThat(bench.outcome("b")).isInstanceOf(Written.class);
    }

    private static long placeWithout61(String cid) {
        int n = Integer.parseInt(cid.substring(1));
        return n < 61 ? n + 1 : n;
    }
}
