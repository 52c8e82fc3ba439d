package dev.parley.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.database.Interrupted;
import dev.parley.log.Appended.Committed;
import dev.parley.log.Appended.Faulty;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Thousands of turns of appending, committing, losing, refusing and waiting, in an order that a seed decides. */
class LaneInterleavingTest {
    private static final int TURNS = 4000;

    private final LaneBench bench = new LaneBench(new FixedLogConfig(7, 200, 40, 400));
    private final List<String> sent = new ArrayList<>();
    /** The store's own log. */
    private final List<String> log = new ArrayList<>();

    private final Set<String> poison = new HashSet<>();

    @RepeatedTest(50)
    void keepsItsWordInEveryOrderOfEvents(RepetitionInfo repetition) {
        long seed = Long.getLong("parley.test.seed", System.nanoTime()) + repetition.getCurrentRepetition();
        try {
            var random = new Random(seed);
            for (int i = 0; i < TURNS; i++) {
                turn(random);
                assertThat(bench.open.size()).as("transactions at once").isLessThanOrEqualTo(1);
            }
            while (!(bench.loop.isEmpty() && bench.open.isEmpty() && bench.pauses.isEmpty())) {
                bench.runs();
                bench.pausesEnd();
                if (!bench.open.isEmpty()) {
                    answer(random, true);
                }
            }
            check();
        } catch (Throwable fault) {
            throw new AssertionError("with -Dparley.test.seed=" + (seed - repetition.getCurrentRepetition()), fault);
        }
    }

    private void turn(Random random) {
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> send(random);
            case 3 -> {
                if (!bench.loop.isEmpty()) {
                    bench.loop.remove().run();
                }
            }
            case 4, 5 -> {
                if (!bench.open.isEmpty()) {
                    answer(random, false);
                }
            }
            case 6 -> {
                if (!bench.pauses.isEmpty()) {
                    bench.pauses.removeFirst().run();
                }
            }
            default -> bench.passes(Duration.ofMillis(random.nextInt(random.nextInt(30) == 0 ? 4000 : 20)));
        }
    }

    private void send(Random random) {
        var cid = "c" + sent.size();
        sent.add(cid);
        if (random.nextInt(20) == 0) {
            poison.add(cid);
        }
        var kind = random.nextInt(10) == 0 ? Kind.JOIN : Kind.MESSAGE;
        bench.sends(cid, kind, "{\"a\":" + "1".repeat(1 + random.nextInt(30)) + "}");
    }

    /** Lost before or after the commit, refused for a poisonous line, or committed. */
    private void answer(Random random, boolean well) {
        var transaction = bench.open.remove();
        var cids = transaction.cids();
        int luck = well ? 9 : random.nextInt(10);
        if (luck == 0) {
            transaction.answer().fail(new Interrupted(new IllegalStateException("before the commit")));
        } else if (cids.stream().anyMatch(poison::contains)) {
            transaction.answer().fail(new IllegalArgumentException("poison"));
        } else {
            var outcomes = cids.stream().map(this::commit).toList();
            if (luck == 1) {
                transaction.answer().fail(new Interrupted(new IllegalStateException("after the commit")));
            } else {
                transaction.answer().complete(outcomes);
            }
        }
    }

    private Appended commit(String cid) {
        int known = log.indexOf(cid);
        if (known >= 0) {
            return new Appended.Known(known + 1, Instant.EPOCH);
        }
        log.add(cid);
        return new Appended.Written(log.size(), Instant.EPOCH);
    }

    private void check() {
        assertThat(bench.outcomes).as("all were told").hasSize(sent.size());
        assertThat(bench.lane.waiting()).isZero();
        assertThat(log).as("once, in the order in which they came").doesNotHaveDuplicates();
        assertThat(log.stream().map(sent::indexOf).toList()).isSorted();
        for (var cid : sent) {
            switch (bench.outcome(cid)) { // exactly one
                case Committed place ->
                    assertThat(log.get((int) place.seq() - 1)).isEqualTo(cid);
                case Faulty _ -> assertThat(poison).contains(cid);
                case Appended.Unavailable _ -> {}
                case Appended.Refused refused -> throw new AssertionError(refused);
            }
        }
        assertThat(sent.stream().filter(poison::contains).map(bench::outcome))
                .as("poison is never committed")
                .noneMatch(Committed.class::isInstance);
        toldSendersFirst();
    }

    private void toldSendersFirst() {
        var heard = new HashSet<String>();
        for (var word : bench.told) {
            if (word.startsWith("committed:")) {
                assertThat(heard)
                        .containsAll(
                                List.of(word.substring("committed:".length()).split(",")));
            } else {
                heard.add(word.substring(0, word.indexOf('=')));
            }
        }
    }
}
