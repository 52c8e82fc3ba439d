package dev.parley.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.log.Appended.Refused;
import dev.parley.testing.EmbeddedPostgresResource;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Future;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
class EntryStoreTest {
    private static final int BATCHES = 100;

    @Inject
    EntryStore store;

    private SecondNode sql;
    private UUID owner;
    private UUID stranger;
    private UUID room;

    @BeforeEach
    void fillsDatabase() throws SQLException {
        sql = SecondNode.connects();
        owner = sql.account();
        stranger = sql.account();
        room = sql.room(owner, "public");
    }

    @AfterEach
    void closes() {
        sql.close();
    }

    /** One above and one below, if ids were signed numbers. */
    @Test
    void numbersTheLinesOfManyRooms() throws SQLException {
        var low = room(id -> new UUID(id.getMostSignificantBits() & Long.MAX_VALUE, id.getLeastSignificantBits()));
        var high = room(id -> new UUID(id.getMostSignificantBits() | Long.MIN_VALUE, id.getLeastSignificantBits()));

        assertThat(seqs(append(
                        line(high, owner, "a"),
                        line(room, owner, "a"),
                        line(low, owner, "a"),
                        line(high, owner, "b"),
                        line(low, owner, "b"),
                        line(high, owner, "c"))))
                .containsExactly(2L, 2L, 2L, 3L, 3L, 4L);
        assertThat(sql.numbers("select head_seq from room where id in (?, ?, ?) order by id", low, room, high))
                .containsExactlyInAnyOrder(2L, 3L, 4L);
        assertThat(sql.numbers("select message_count from room where id = ?", high))
                .containsExactly(3L);
        assertThat(sql.numbers("select seq from entry where room_id = ? order by seq", high))
                .containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void writesTheOthersOfABatchInWhichLinesAreRefusedOrKnown() throws SQLException {
        var secret = sql.room(owner, "private");
        append(line(room, owner, "old"));

        var outcomes = append(
                line(room, owner, "a"),
                line(room, stranger, "a"),
                line(room, owner, "old"),
                new Line(room, owner, "create", Kind.MESSAGE, "{}"),
                line(secret, stranger, "a"),
                line(UUID.randomUUID(), owner, "a"),
                line(secret, owner, "a"),
                line(room, owner, "b"));

        assertThat(seqs(outcomes)).containsExactly(3L, 0L, 2L, 0L, 0L, 0L, 2L, 4L);
        assertThat(outcomes.get(2)).isInstanceOf(Appended.Known.class);
        assertThat(outcomes.stream().filter(Refused.class::isInstance))
                .containsExactly(Refused.NOT_MEMBER, Refused.CID_CONFLICT, Refused.NO_ROOM, Refused.NO_ROOM);
        assertThat(sql.numbers("select head_seq from room where id = ?", room)).containsExactly(4L);
    }

    @Test
    void writesTheOthersOfABatchInWhichALineIsKnown() throws SQLException {
        append(line(room, owner, "old"));

        var outcomes = append(line(room, owner, "before"), line(room, owner, "old"), line(room, owner, "after"));

        assertThat(outcomes.get(1)).isInstanceOf(Appended.Known.class);
        assertThat(seqs(outcomes)).containsExactly(3L, 2L, 4L);
        assertThat(sql.numbers("select seq from entry where room_id = ? order by seq", room))
                .containsExactly(1L, 2L, 3L, 4L);
        assertThat(sql.numbers("select message_count from room where id = ?", room))
                .containsExactly(3L);
    }

    /** If rooms were locked in one transaction and moved in one below it, each batch would leave one. */
    @Test
    void leavesNoMultiXactBehind() throws SQLException {
        var other = sql.room(owner, "public");
        long before = multiXacts();

        append(line(room, owner, "a"), line(other, owner, "a"));

        assertThat(multiXacts()).isEqualTo(before);
    }

    private long multiXacts() throws SQLException {
        return sql.numbers("select mxid_age('1'::xid)").getFirst();
    }

    @Test
    void saysOfASingleLineWhatItSaysOfMany() throws SQLException {
        var secret = sql.room(owner, "private");

        assertThat(seqs(append(line(room, owner, "a")))).containsExactly(2L);
        assertThat(append(line(room, owner, "a")))
                .singleElement()
                .isInstanceOfSatisfying(
                        Appended.Known.class, known -> assertThat(known.seq()).isEqualTo(2));
        assertThat(append(new Line(room, owner, "a", Kind.MESSAGE, "{}"))).containsExactly(Refused.CID_CONFLICT);
        assertThat(append(line(room, stranger, "a"))).containsExactly(Refused.NOT_MEMBER);
        assertThat(append(line(secret, stranger, "a"))).containsExactly(Refused.NO_ROOM);
        assertThat(append(line(UUID.randomUUID(), owner, "a"))).containsExactly(Refused.NO_ROOM);
        assertThat(sql.numbers("select head_seq from room where id = ?", room))
                .as("no number was burnt")
                .containsExactly(2L);
        assertThat(sql.numbers("select message_count from room where id = ?", room))
                .containsExactly(1L);
        assertThat(seqs(append(line(room, owner, "b")))).containsExactly(3L);
    }

    /** Whoever knows a room's id would else cost it a row for each word. */
    @Test
    void writesNoVersionOfARoomForTheSingleLineOfAStranger() throws SQLException {
        append(line(room, owner, "a"));
        var version = sql.numbers("select xmin::text::bigint from room where id = ?", room);

        assertThat(append(line(room, stranger, "a"))).containsExactly(Refused.NOT_MEMBER);

        assertThat(sql.numbers("select xmin::text::bigint from room where id = ?", room))
                .isEqualTo(version);
    }

    @Test
    void refusesASingleLineOfWhoLeftWhileItWaitedForTheRoom() throws SQLException {
        sql.change(new Line(room, stranger, "join", Kind.JOIN, "{}"));
        sql.does("begin");
        sql.change(new Line(room, stranger, "leave", Kind.LEAVE, "{}"));
        var said = store.append(List.of(line(room, stranger, "a")));
        Awaitility.await()
                .until(() -> sql.numbers(
                                        "select pid from pg_locks where not granted and pg_backend_pid() = any (pg_blocking_pids(pid))")
                                .size()
                        == 1);
        sql.does("commit");

        assertThat(await(said)).containsExactly(Refused.NOT_MEMBER);
        assertThat(sql.numbers("select head_seq from room where id = ?", room)).containsExactly(3L);
    }

    @Test
    void mayRefuseAll() throws SQLException {
        assertThat(append(line(room, stranger, "a"), line(room, stranger, "b")))
                .containsExactly(Refused.NOT_MEMBER, Refused.NOT_MEMBER);
        assertThat(sql.numbers("select head_seq from room where id = ?", room)).containsExactly(1L);
    }

    /** Half of them name the rooms in the opposite order, one is a node of the version before; a deadlock would fail. */
    @Test
    void locksManyRoomsWithoutDeadlock() throws Exception {
        var rooms = new ArrayList<UUID>();
        for (int i = 0; i < 8; i++) {
            rooms.add(sql.room(owner, "public"));
        }
        try (var threads = Executors.newFixedThreadPool(4)) {
            var work = new ArrayList<Callable<Void>>();
            work.add(() -> writesAsBefore(rooms));
            for (int i = 1; i < 4; i++) {
                var writer = "writer" + i;
                work.add(() -> writes(writer, writer.equals("writer2") ? rooms.reversed() : rooms));
            }
            for (var done : threads.invokeAll(work)) {
                done.get();
            }
        }
        for (var each : rooms) {
            assertThat(sql.numbers("select head_seq from room where id = ?", each))
                    .containsExactly(1L + 4 * BATCHES);
        }
    }

    private Void writes(String writer, List<UUID> rooms) {
        for (int i = 0; i < BATCHES; i++) {
            assertThat(append(lines(rooms, writer + "-" + i))).allMatch(Appended.Written.class::isInstance);
        }
        return null;
    }

    private Void writesAsBefore(List<UUID> rooms) throws SQLException {
        try (var node = SecondNode.connects()) {
            for (int i = 0; i < BATCHES; i++) {
                assertThat(node.append(List.of(lines(rooms, "before-" + i))))
                        .allMatch(place -> place.outcome().equals("new"));
            }
        }
        return null;
    }

    private Line[] lines(List<UUID> rooms, String cid) {
        return rooms.stream().map(each -> line(each, owner, cid)).toArray(Line[]::new);
    }

    private UUID room(UnaryOperator<UUID> id) throws SQLException {
        var like = id.apply(UUID.randomUUID());
        sql.change(new Line(like, owner, "create", Kind.CREATE, "{\"name\":\"room\",\"visibility\":\"private\"}"));
        return like;
    }

    private static Line line(UUID room, UUID sender, String cid) {
        return new Line(room, sender, cid, Kind.MESSAGE, "{\"body\":\"hi\"}");
    }

    private List<Appended> append(Line... lines) {
        return await(store.append(List.of(lines)));
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    /** 0 for a line that is not there. */
    private static Stream<Long> seqs(List<Appended> outcomes) {
        return outcomes.stream().map(outcome -> outcome instanceof Appended.Committed place ? place.seq() : 0L);
    }
}
