package dev.parley.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Flaw.Kind;
import dev.parley.testing.History.Event;
import dev.parley.testing.History.Said;
import dev.parley.testing.StoredLog.Room;
import dev.parley.testing.StoredLog.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A checker that finds nothing proves nothing: each history here has one flaw, and it must be found. */
class CheckerTest {
    private static final UUID ROOM = UUID.randomUUID();
    private static final UUID ALICE = UUID.randomUUID();
    private static final Said A = new Said(ROOM, ALICE, "a");
    private static final Said B = new Said(ROOM, ALICE, "b");
    private static final Said C = new Said(ROOM, ALICE, "c");

    /** A sound course of things: three said, one of them answered only when it was said again, all read by bob. */
    private final List<Event> events = new ArrayList<>(List.of(
            new Event.Subscribed("bob", ROOM, 0),
            new Event.Invoked(A),
            new Event.Acknowledged(A, 1, false),
            new Event.Invoked(B),
            new Event.Unknown(B),
            new Event.Delivered("bob", 1, A),
            new Event.Returned("bob", true),
            new Event.Delivered("bob", 1, A),
            new Event.Delivered("bob", 2, B),
            new Event.Acknowledged(B, 2, true),
            new Event.Invoked(C),
            new Event.Acknowledged(C, 3, false),
            new Event.Delivered("bob", 3, C)));

    private StoredLog stored = log(A, B, C);

    @Test
    void findsNothingWhereNothingIsWrong() {
        assertThat(flaws()).isEmpty();
    }

    @Test
    void letsWhatHasNoAnswerBeThereOrNot() {
        events.add(new Event.Invoked(said("x")));
        events.add(new Event.Unknown(said("x")));
        assertThat(flaws()).isEmpty();
    }

    @Test
    void findsWhatWasAcknowledgedAndIsNotStored() {
        events.add(new Event.Invoked(said("x")));
        events.add(new Event.Acknowledged(said("x"), 4, false));
        assertThat(flaws()).containsExactly(Kind.LOST);
    }

    @Test
    void findsWhatAReaderWasNotGivenAtTheEnd() {
        events.removeLast();
        assertThat(flaws()).containsExactly(Kind.LOST);
    }

    @Test
    void findsReaderThatWasGivenNothing() {
        events.add(new Event.Subscribed("carol", ROOM, 0));
        assertThat(flaws()).containsExactly(Kind.LOST);
    }

    @Test
    void findsHoleInWhatAReaderWasGiven() {
        events.remove(new Event.Delivered("bob", 2, B));
        assertThat(flaws()).containsExactly(Kind.HOLE);
    }

    @Test
    void findsReversedDeliveries() {
        events.remove(new Event.Delivered("bob", 2, B));
        events.add(new Event.Delivered("bob", 2, B));
        assertThat(flaws()).containsExactly(Kind.HOLE);
    }

    @Test
    void findsStoredEntryThatNobodySaid() {
        events.remove(new Event.Invoked(A));
        assertThat(flaws()).containsExactly(Kind.PHANTOM);
    }

    @Test
    void findsDeliveryOfWhatIsNotStored() {
        events.add(new Event.Delivered("bob", 4, said("x")));
        assertThat(flaws()).containsExactly(Kind.PHANTOM);
    }

    @Test
    void findsReadersThatWereGivenDifferentEntries() {
        events.set(events.size() - 1, new Event.Delivered("bob", 3, B));
        assertThat(flaws()).containsExactly(Kind.DISAGREEMENT);
    }

    @Test
    void findsOneCidInTwoRows() {
        stored = log(A, B, C, B);
        events.add(new Event.Delivered("bob", 4, B));
        assertThat(flaws()).contains(Kind.DUPLICATED);
    }

    @Test
    void findsOneCidThatWasNewTwice() {
        events.add(new Event.Acknowledged(C, 3, false));
        assertThat(flaws()).containsExactly(Kind.DUPLICATED);
    }

    @Test
    void findsAnswerWithAnotherSeq() {
        events.add(new Event.Acknowledged(B, 3, true));
        assertThat(flaws()).containsExactly(Kind.MISPLACED);
    }

    @Test
    void findsRefusedCommandThatIsStored() {
        events.add(new Event.Refused(B, "not_member"));
        assertThat(flaws()).containsExactly(Kind.REFUSED_BUT_STORED);
    }

    @Test
    void findsEntryThatIsStoredBeforeOneThatItsSenderHadSeen() {
        events.remove(new Event.Invoked(A));
        events.add(new Event.Invoked(A));
        assertThat(flaws()).containsExactly(Kind.ORDER);
    }

    @Test
    void findsNumberThatWasBurnt() {
        var rows = List.of(new Row(1, A, true), new Row(2, B, true), new Row(4, C, true));
        stored = new StoredLog(Map.of(ROOM, new Room(3, 3, rows)));
        assertThat(flaws()).contains(Kind.BURNT);
    }

    @Test
    void findsHeadBeyondTheLastRow() {
        stored = new StoredLog(Map.of(ROOM, new Room(4, 3, rows(A, B, C))));
        assertThat(flaws()).containsExactly(Kind.BURNT);
    }

    @Test
    void findsCountThatIsNotThatOfTheMessages() {
        stored = new StoredLog(Map.of(ROOM, new Room(3, 2, rows(A, B, C))));
        assertThat(flaws()).containsExactly(Kind.BURNT);
    }

    private List<Kind> flaws() {
        var history = new History();
        events.forEach(history::add);
        return Checker.flaws(history, stored).stream().map(Flaw::kind).toList();
    }

    private static Said said(String cid) {
        return new Said(ROOM, ALICE, cid);
    }

    private static StoredLog log(Said... said) {
        return new StoredLog(Map.of(ROOM, new Room(said.length, said.length, rows(said))));
    }

    private static List<Row> rows(Said... said) {
        return IntStream.range(0, said.length)
                .mapToObj(i -> new Row(i + 1, said[i], true))
                .toList();
    }
}
