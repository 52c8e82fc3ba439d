package dev.parley.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.database.Interrupted;
import dev.parley.log.Appended.Unavailable;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A room whose row somebody else holds is nobody else's trouble. */
class SidingsTest {
    private static final UUID HELD = LaneBench.ROOM;
    private static final UUID OTHER = new UUID(0, 2);

    private final Interrupted held =
            new Interrupted(new PgException("canceling statement due to lock timeout", "ERROR", "55P03", ""));
    private final LaneBench bench = new LaneBench();

    @Test
    void findsTheHeldRoomAndGoesOnWithTheOthers() {
        bench.sends(HELD, "held1");
        bench.sends(OTHER, "other1");
        bench.sends(HELD, "held2");
        bench.runs();
        bench.fails(held);
        assertThat(bench.asked.getLast()).as("room by room").containsExactly("held1", "held2");

        bench.fails(held);

        assertThat(bench.asked.subList(2, 4)).containsExactly(List.of("other1"), List.of("held1", "held2"));
        bench.commits();
        bench.sends(OTHER, "other2");
        bench.runs();
        assertThat(bench.asked.getLast()).as("beside the held room").containsExactly("other2");
    }

    /** Each try may take as long as PostgreSQL waits for a lock: one for each of a thousand rooms would outlast patience. */
    @Test
    void findsTheHeldRoomAmongManyInAFewSteps() {
        for (int room = 0; room < 64; room++) {
            bench.sends(new UUID(1, room), "c" + room);
        }
        bench.runs();
        int tries = 0;
        while (bench.open.element().cids().size() > 1 && tries < 10) {
            if (bench.open.element().cids().contains("c37")) {
                bench.fails(held);
            } else {
                bench.commits();
            }
            tries++;
        }

        assertThat(tries).isEqualTo(1 + 5);
        assertThat(bench.open.element().cids()).containsExactly("c32");
    }

    @Test
    void keepsTheOrderOfTheHeldRoom() {
        setAside();
        bench.sends(HELD, "held2");
        bench.sends(OTHER, "other");
        bench.runs();
        assertThat(bench.asked.getLast()).containsExactly("other");

        bench.commits(); // held1
        assertThat(bench.asked.getLast()).containsExactly("held2");
        bench.commits(); // other
        bench.commits(); // held2

        assertThat(bench.told.stream().filter(told -> told.startsWith("held")))
                .containsExactly("held1=Written", "held2=Written");
    }

    @Test
    void forgetsNothingThatIsSaidAgainWhileItsRoomIsHeld() {
        setAside();
        bench.sends(HELD, "held2");
        bench.sends(HELD, "held2");
        bench.runs();

        bench.commits(); // held1
        bench.commits();
        bench.commits();

        assertThat(bench.outcomes.get("held2")).hasSize(2);
        assertThat(bench.lane.waiting()).isZero();
    }

    @Test
    void takesTheRoomBackWhenNothingOfItIsLeft() {
        setAside();
        bench.commits();

        bench.sends(HELD, "held2");
        bench.sends(OTHER, "other");
        bench.runs();

        assertThat(bench.asked.getLast()).as("one transaction for both").containsExactly("held2", "other");
    }

    @Test
    void tellsThatTheRoomIsUnavailableWhenPatienceEnds() {
        setAside();
        bench.fails(held);
        bench.passes(Duration.ofSeconds(6));
        bench.pausesEnd();

        assertThat(bench.outcome("held1")).isInstanceOf(Unavailable.class);
        assertThat(bench.lane.waiting()).isZero();
    }

    @Test
    void setsNoMoreRoomsAsideThanItMay() {
        for (int room = 10; room < 12; room++) { // as many as the fixed configuration allows
            bench.sends(new UUID(0, room), "c" + room);
            bench.runs();
            bench.open.removeLast().answer().fail(held);
            bench.runs();
        }
        bench.sends(HELD, "held1");
        bench.runs();
        bench.open.removeLast().answer().fail(held);
        bench.runs();

        assertThat(bench.pauses)
                .as("it pauses and tries again, as without sidings")
                .hasSize(1);
    }

    /** Leaves the held room's first line asked for again, on its siding. */
    private void setAside() {
        bench.sends(HELD, "held1");
        bench.runs();
        bench.fails(held);
        assertThat(bench.asked).containsExactly(List.of("held1"), List.of("held1"));
    }
}
